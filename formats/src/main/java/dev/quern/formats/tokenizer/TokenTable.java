package dev.quern.formats.tokenizer;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.subwords.TokenType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tokens by id as GGUF wants them: text, type, and score where there are scores. Ids that nobody
/// claims are padding.
final class TokenTable {
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int TEXT = 8;

  private final List<String> texts = new ArrayList<>();
  private final List<TokenType> types = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();

  /// A table of `size` padding tokens with the score `paddingScore`.
  TokenTable(int size, float paddingScore) {
    for (int id = 0; id < size; id++) {
      texts.add("[PAD" + id + "]");
      types.add(TokenType.UNUSED);
      scores.add(paddingScore);
    }
  }

  int size() {
    return texts.size();
  }

  void set(int id, String text, TokenType type, float score) {
    texts.set(id, text);
    types.set(id, type);
    scores.set(id, score);
  }

  TokenType type(int id) {
    return types.get(id);
  }

  String text(int id) {
    return texts.get(id);
  }

  /// Adds the keys, the one for scores only if `withScores`.
  void addTo(Map<String, MetadataValue> metadata, boolean withScores) {
    put(metadata, "tokens", TEXT, texts.stream().<MetadataValue>map(Text::new).toList());
    if (withScores) {
      put(metadata, "scores", FLOAT32, scores.stream().<MetadataValue>map(Float32::new).toList());
    }
    put(
        metadata,
        "token_type",
        INT32,
        types.stream().<MetadataValue>map(type -> new Int32(type.id())).toList());
  }

  /// Adds the names of the model and of how words are cut.
  static void putNames(Map<String, MetadataValue> metadata, String model, String pre) {
    metadata.put(VocabularyReader.PREFIX + "model", new Text(model));
    metadata.put(VocabularyReader.PREFIX + "pre", new Text(pre));
  }

  private static void put(
      Map<String, MetadataValue> metadata, String name, int type, List<MetadataValue> values) {
    metadata.put(VocabularyReader.PREFIX + name, new Array(type, values));
  }

  /// Whether a token that nobody calls special looks so special that it must be: text that spells
  /// it is not to become it.
  static boolean looksSpecial(String text) {
    return List.of("<pad>", "<mask>", "<2mass>", "[@BOS@]").contains(text)
        || (text.startsWith("<|") && text.endsWith("|>"))
        || (text.startsWith("<｜") && text.endsWith("｜>"))
        || (text.startsWith("<unused") && text.endsWith(">"));
  }
}
