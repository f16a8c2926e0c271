package dev.quern.formats.tokenizer.source;

import dev.quern.formats.subwords.CharacterTrie;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tokens that are cut out of a text before the model sees it: first those that want the text
/// as it is, then, in what is left and normalized, the others.
final class AddedVocabulary {
  private final List<Token> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<Integer, Token> byId = new HashMap<>();

  /// An added token.
  ///
  /// @param singleWord whether it is only found where no word goes on around it
  /// @param leftStrip whether it takes the white space before it
  /// @param rightStrip whether it takes the white space after it
  /// @param normalized whether it is looked for in the normalized text
  record Token(
      String content,
      boolean special,
      boolean singleWord,
      boolean leftStrip,
      boolean rightStrip,
      boolean normalized) {}

  /// A part of a text, or a token when `token` is not negative.
  record Section(int token, int from, int to) {}

  /// Adds `token`: one that the model has keeps its id, a new one gets the next.
  void add(Token token, TokenIds model) {
    if (token.content.isEmpty()) {
      return;
    }
    Integer known = ids.get(token.content);
    int id = known == null ? model.id(token.content) : known;
    if (id < 0) {
      int last = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
      id = Math.max(model.size(), last + 1);
    }
    ids.put(token.content, id);
    byId.put(id, token);
    tokens.removeIf(other -> other.content.equals(token.content));
    tokens.add(token);
  }

  /// The id of the added token with this content, or -1.
  int id(String content) {
    return ids.getOrDefault(content, -1);
  }

  /// The contents of all, by their ids.
  Map<Integer, Token> byId() {
    return Map.copyOf(byId);
  }

  /// The texts of all, in order.
  List<SourceTokenizer.AddedText> texts() {
    return tokens.stream()
        .map(
            token ->
                new SourceTokenizer.AddedText(
                    id(token.content),
                    token.content,
                    !token.singleWord && !token.leftStrip && !token.rightStrip))
        .toList();
  }

  /// What finds tokens.
  Finder finder(boolean normalized, Normalizer normalizer) {
    CharacterTrie trie = new CharacterTrie(tokens.size() * 8);
    for (Token token : tokens) {
      if (token.normalized == normalized) {
        String content = normalized ? normalizer.apply(token.content) : token.content;
        if (!content.isEmpty() && trie.find(content) == CharacterTrie.NONE) {
          trie.put(content, id(token.content));
        }
      }
    }
    return new Finder(trie, byId());
  }

  /// Finds the longest token at the leftmost place, and goes on behind it.
  record Finder(CharacterTrie trie, Map<Integer, Token> tokens) {
    /// The sections of `text`, which cover it.
    List<Section> find(String text) {
      List<Section> sections = new ArrayList<>();
      int done = 0;
      int at = 0;
      while (at < text.length()) {
        int end = trie.longest(text, at);
        if (end < 0) {
          at++;
          continue;
        }
        int id = trie.find(text.substring(at, end));
        Token token = tokens.get(id);
        if (token != null && (!token.singleWord || isWord(text, at, end))) {
          int from = token.leftStrip ? Math.max(spacesBefore(text, at), done) : at;
          int to = token.rightStrip ? spacesAfter(text, end) : end;
          if (done < from) {
            sections.add(new Section(-1, done, from));
          }
          sections.add(new Section(id, from, to));
          done = to;
        }
        at = end;
      }
      if (done != text.length()) {
        sections.add(new Section(-1, done, text.length()));
      }
      return sections;
    }

    private static boolean isWord(String text, int from, int to) {
      boolean before = from > 0 && CharacterKinds.isWord(text.codePointBefore(from));
      boolean after = to < text.length() && CharacterKinds.isWord(text.codePointAt(to));
      return !before && !after;
    }

    private static int spacesBefore(String text, int end) {
      int at = end;
      while (at > 0 && CharacterKinds.isSpace(text.codePointBefore(at))) {
        at -= Character.charCount(text.codePointBefore(at));
      }
      return at;
    }

    private static int spacesAfter(String text, int from) {
      int at = from;
      while (at < text.length() && CharacterKinds.isSpace(text.codePointAt(at))) {
        at += Character.charCount(text.codePointAt(at));
      }
      return at;
    }
  }
}
