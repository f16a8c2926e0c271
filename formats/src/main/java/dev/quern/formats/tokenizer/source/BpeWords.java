package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.MergeTable;
import dev.quern.formats.subwords.Merger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Byte pair encoding: a word begins as its characters, and the pairs of the merge list become one,
/// in the order of the list.
final class BpeWords implements WordModel {
  private static final int NONE = -1;

  private final Map<String, Integer> vocabulary;
  private final Options options;
  private final MergeTable merges;
  private final int[] bytes = new int[256];

  /// What a model may ask for.
  ///
  /// @param unknown the token for characters without one, or -1
  /// @param fuseUnknown whether several in a row become one
  /// @param byteFallback whether such a character is written as byte tokens
  /// @param ignoreMerges whether a word that is a token becomes it without merging
  /// @param prefix what a token that does not begin a word begins with
  /// @param suffix what a token that ends a word ends with
  private record Options(
      int unknown,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges,
      String prefix,
      String suffix) {}

  private BpeWords(Map<String, Integer> vocabulary, Options options, MergeTable merges) {
    this.vocabulary = vocabulary;
    this.options = options;
    this.merges = merges;
    for (int value = 0; value < 256; value++) {
      bytes[value] = id("<0x%02X>".formatted(value));
    }
  }

  static BpeWords of(JsonFile file, JsonNode model) {
    Map<String, Integer> vocabulary = JsonVocabulary.read(file, model);
    String unknown = text(file, model, "unk_token");
    Options options =
        new Options(
            unknown.isEmpty() ? NONE : vocabulary.getOrDefault(unknown, NONE),
            file.flag(model.path("fuse_unk"), "model.fuse_unk", false),
            file.flag(model.path("byte_fallback"), "model.byte_fallback", false),
            file.flag(model.path("ignore_merges"), "model.ignore_merges", false),
            text(file, model, "continuing_subword_prefix"),
            text(file, model, "end_of_word_suffix"));
    return new BpeWords(vocabulary, options, merges(file, model, vocabulary, options.prefix));
  }

  private static String text(JsonFile file, JsonNode model, String name) {
    JsonNode value = model.path(name);
    return JsonFile.isMissing(value) ? "" : file.text(value, "model." + name);
  }

  /// The last of several equal pairs counts, as in a map that is filled in order.
  private static MergeTable merges(
      JsonFile file, JsonNode model, Map<String, Integer> vocabulary, String prefix) {
    List<String[]> pairs = new ArrayList<>();
    for (JsonNode merge : file.array(model.path("merges"), "model.merges")) {
      pairs.add(pair(file, merge, "model.merges[" + pairs.size() + "]"));
    }
    MergeTable table = new MergeTable(pairs.size());
    for (int rank = pairs.size() - 1; rank >= 0; rank--) {
      String left = pairs.get(rank)[0];
      String right = pairs.get(rank)[1];
      String merged = left + right.substring(Math.min(prefix.length(), right.length()));
      for (String token : List.of(left, right, merged)) {
        if (!vocabulary.containsKey(token)) {
          throw file.malformed(
              "model.merges[" + rank + "] needs the token \"" + token + "\", which is not there");
        }
      }
      table.add(
          vocabulary.getOrDefault(left, NONE),
          vocabulary.getOrDefault(right, NONE),
          rank,
          vocabulary.getOrDefault(merged, NONE));
    }
    return table;
  }

  private static String[] pair(JsonFile file, JsonNode merge, String place) {
    if (merge.isArray() && merge.size() == 2) {
      return new String[] {file.text(merge.path(0), place), file.text(merge.path(1), place)};
    }
    String[] parts = file.text(merge, place).split(" ", -1);
    if (parts.length != 2) {
      throw file.malformed(place + " is \"" + merge.asText() + "\", wanted two texts and a space");
    }
    return parts;
  }

  @Override
  public void encode(String word, IntList out) {
    if (options.ignoreMerges && id(word) != NONE) {
      out.add(id(word));
      return;
    }
    Merger merger = new Merger(merges);
    addCharacters(word, merger);
    merger.merge();
    for (int i = 0; i < merger.count(); i++) {
      out.add(merger.get(i));
    }
  }

  private void addCharacters(String word, Merger merger) {
    boolean pending = false;
    int width;
    for (int at = 0; at < word.length(); at += width) {
      width = Character.charCount(word.codePointAt(at));
      String symbol = word.substring(at, at + width);
      if (at > 0) {
        symbol = options.prefix + symbol;
      }
      if (at + width == word.length()) {
        symbol += options.suffix;
      }
      int id = id(symbol);
      if (id != NONE) {
        if (pending) {
          merger.add(options.unknown);
        }
        pending = false;
        merger.add(id);
      } else if (!options.byteFallback || !addBytes(symbol, merger)) {
        if (pending && !options.fuseUnknown) {
          merger.add(options.unknown);
        }
        pending = options.unknown != NONE;
      }
    }
    if (pending) {
      merger.add(options.unknown);
    }
  }

  private boolean addBytes(String symbol, Merger merger) {
    byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (bytes[b & 0xff] == NONE) {
        return false;
      }
    }
    for (byte b : utf8) {
      merger.add(bytes[b & 0xff]);
    }
    return true;
  }

  @Override
  public int id(String text) {
    return vocabulary.getOrDefault(text, NONE);
  }

  @Override
  public int size() {
    return vocabulary.size();
  }
}
