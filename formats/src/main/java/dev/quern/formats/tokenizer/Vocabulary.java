package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.TokenType;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The tokens of a model and what is known about each; unchanging once made.
final class Vocabulary {
  private final List<String> texts;
  private final List<TokenType> types;
  private final float[] scores;
  private final Map<String, Integer> ids;
  private final OptionalInt unknown;
  private final BitSet endsOfGeneration;

  /// Takes the tokens over: `ids` is the way back from `texts`, and `scores` belongs to the
  /// vocabulary from now on.
  Vocabulary(
      List<String> texts,
      List<TokenType> types,
      float[] scores,
      Map<String, Integer> ids,
      OptionalInt unknown,
      BitSet endsOfGeneration) {
    this.texts = List.copyOf(texts);
    this.types = List.copyOf(types);
    this.scores = scores;
    this.ids = new HashMap<>(ids);
    this.unknown = unknown;
    this.endsOfGeneration = endsOfGeneration;
  }

  int size() {
    return texts.size();
  }

  /// Every token's text.
  List<String> texts() {
    return texts;
  }

  /// Every token's score.
  float[] scores() {
    return scores.clone();
  }

  String text(int id) {
    return texts.get(id);
  }

  TokenType type(int id) {
    return types.get(id);
  }

  float score(int id) {
    return scores[id];
  }

  /// The token with exactly this text, or -1.
  int id(String text) {
    return ids.getOrDefault(text, -1);
  }

  /// The token for what no other token can write.
  OptionalInt unknown() {
    return unknown;
  }

  boolean isEndOfGeneration(int id) {
    return id >= 0 && endsOfGeneration.get(id);
  }
}
