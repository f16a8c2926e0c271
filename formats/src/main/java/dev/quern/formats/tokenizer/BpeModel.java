package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.ByteLevel;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.MergeTable;
import dev.quern.formats.subwords.Merger;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Byte-level byte pair encoding: text is cut into words, and in each word the pairs of the merge
/// list become one, in the order of the list.
final class BpeModel implements TextModel {
  private static final int LONGEST_CACHED = 64;
  private static final int MOST_CACHED = 1 << 16;

  private final Vocabulary vocabulary;
  private final boolean ignoreMerges;
  private final boolean nfc;
  private final List<WordSplitter> splitters;
  private final MergeTable merges;
  private final int[] bytes = new int[256];
  private final List<String> others;

  /// The model that merges `pairs` in their order.
  BpeModel(Vocabulary vocabulary, PreTokenizer preTokenizer, Collection<Merge> pairs, boolean nfc) {
    this.vocabulary = vocabulary;
    this.ignoreMerges = preTokenizer.ignoreMerges();
    this.nfc = nfc;
    this.splitters = preTokenizer.steps().stream().map(WordSplitter::of).toList();
    this.merges = new MergeTable(pairs.size());
    this.others = new ArrayList<>();
    Map<String, Integer> symbols = new HashMap<>();
    int rank = 0;
    for (Merge merge : pairs) {
      int left = symbol(merge.left(), symbols);
      int right = symbol(merge.right(), symbols);
      merges.add(left, right, rank++, symbol(merge.left() + merge.right(), symbols));
    }
    for (int value = 0; value < 256; value++) {
      bytes[value] = symbol(Character.toString(ByteLevel.character(value)), symbols);
    }
  }

  /// Two neighbours that become one.
  record Merge(String left, String right) {}

  /// The token with this text, or a symbol behind the tokens.
  private int symbol(String text, Map<String, Integer> symbols) {
    int id = vocabulary.id(text);
    if (id >= 0) {
      return id;
    }
    return symbols.computeIfAbsent(
        text,
        other -> {
          others.add(other);
          return vocabulary.size() + others.size() - 1;
        });
  }

  @Override
  public void encode(String text, boolean first, IntList out) {
    String input = nfc ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    IntList ends = words(input);
    Merger merger = new Merger(merges);
    Map<String, int[]> cache = new HashMap<>();
    int from = 0;
    for (int i = 0; i < ends.size(); i++) {
      int to = ends.get(i);
      encodeWord(input, from, to, merger, cache, out);
      from = to;
    }
  }

  private IntList words(String text) {
    IntList ends = new IntList(1);
    ends.add(text.length());
    for (WordSplitter splitter : splitters) {
      IntList finer = new IntList(Math.max(ends.size(), text.length() / 5));
      int from = 0;
      for (int i = 0; i < ends.size(); i++) {
        splitter.split(text, from, ends.get(i), finer);
        from = ends.get(i);
      }
      ends = finer;
    }
    return ends;
  }

  private void encodeWord(
      String text, int from, int to, Merger merger, Map<String, int[]> cache, IntList out) {
    String word = text.substring(from, to);
    if (word.length() > LONGEST_CACHED) {
      mergeWord(word, merger, out);
      return;
    }
    int[] known = cache.get(word);
    if (known != null) {
      out.addAll(known);
      return;
    }
    int start = out.size();
    mergeWord(word, merger, out);
    if (cache.size() < MOST_CACHED) {
      cache.put(word, out.toArray(start));
    }
  }

  private void mergeWord(String word, Merger merger, IntList out) {
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    if (ignoreMerges) {
      int whole = vocabulary.id(byteLevel(utf8));
      if (whole >= 0) {
        out.add(whole);
        return;
      }
    }
    merger.clear();
    for (byte b : utf8) {
      merger.add(bytes[b & 0xff]);
    }
    merger.merge();
    for (int i = 0; i < merger.count(); i++) {
      addSymbol(merger.get(i), out);
    }
  }

  private static String byteLevel(byte[] utf8) {
    char[] characters = new char[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      characters[i] = ByteLevel.character(utf8[i] & 0xff);
    }
    return new String(characters);
  }

  /// A symbol that is no token becomes those of its characters that are one, as in llama.cpp.
  private void addSymbol(int symbol, IntList out) {
    if (symbol < vocabulary.size()) {
      out.add(symbol);
      return;
    }
    others
        .get(symbol - vocabulary.size())
        .codePoints()
        .filter(c -> c < 128)
        .map(c -> vocabulary.id(Character.toString(c)))
        .filter(id -> id >= 0)
        .forEach(out::add);
  }

  @Override
  public byte[] decode(String tokenText) {
    return ByteLevel.decode(tokenText);
  }
}
