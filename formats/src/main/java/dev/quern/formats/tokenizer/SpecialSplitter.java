package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.TokenType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cuts text at the tokens that stand for themselves: the longest token is looked for first in the
/// whole text, then the next in what is left.
final class SpecialSplitter {
  private final Vocabulary vocabulary;
  private final List<Integer> all;
  private final List<Integer> userDefined;
  private final Node root = new Node();

  /// A prefix of tokens.
  private static final class Node {
    private final Map<Character, Node> children = new HashMap<>(2);
    private int token = -1;
  }

  /// A part of the text, or a token when `token` is not negative.
  record Fragment(int token, int from, int to) {}

  SpecialSplitter(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.all = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      TokenType type = vocabulary.type(id);
      if (type.isSpecial() || type == TokenType.USER_DEFINED) {
        all.add(id);
        insert(vocabulary.text(id), id);
      }
    }
    all.sort((one, other) -> Integer.compare(utf8Length(other), utf8Length(one)));
    this.userDefined =
        all.stream().filter(id -> vocabulary.type(id) == TokenType.USER_DEFINED).toList();
  }

  private int utf8Length(int id) {
    return vocabulary.text(id).getBytes(StandardCharsets.UTF_8).length;
  }

  private void insert(String text, int id) {
    Node node = root;
    for (int i = 0; i < text.length(); i++) {
      node = node.children.computeIfAbsent(text.charAt(i), _ -> new Node());
    }
    node.token = id;
  }

  /// The fragments of `text`, none of them empty.
  List<Fragment> split(String text, boolean withControl) {
    List<Fragment> fragments = new ArrayList<>();
    if (!text.isEmpty()) {
      fragments.add(new Fragment(-1, 0, text.length()));
    }
    List<Integer> tokens = withControl ? all : userDefined;
    if (tokens.isEmpty()) {
      return fragments;
    }
    BitSet present = present(text);
    for (int token : tokens) {
      if (present.get(token)) {
        fragments = cut(text, fragments, token);
      }
    }
    return fragments;
  }

  /// The tokens that are somewhere in `text`.
  private BitSet present(String text) {
    BitSet present = new BitSet();
    for (int from = 0; from < text.length(); from++) {
      Node node = root;
      for (int at = from; at < text.length(); at++) {
        node = node.children.get(text.charAt(at));
        if (node == null) {
          break;
        }
        if (node.token >= 0) {
          present.set(node.token);
        }
      }
    }
    return present;
  }

  private List<Fragment> cut(String text, List<Fragment> fragments, int token) {
    String wanted = vocabulary.text(token);
    List<Fragment> pieces = new ArrayList<>(fragments.size() + 2);
    for (Fragment fragment : fragments) {
      if (fragment.token >= 0) {
        pieces.add(fragment);
        continue;
      }
      int from = fragment.from;
      int found = text.indexOf(wanted, from, fragment.to);
      while (found >= 0) {
        if (found > from) {
          pieces.add(new Fragment(-1, from, found));
        }
        pieces.add(new Fragment(token, found, found + wanted.length()));
        from = found + wanted.length();
        found = text.indexOf(wanted, from, fragment.to);
      }
      if (fragment.to > from) {
        pieces.add(new Fragment(-1, from, fragment.to));
      }
    }
    return pieces;
  }
}
