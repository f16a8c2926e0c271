package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.OptionalLong;

/// The extents of a decoder's tensors as its completed configuration gives them, each in a range in
/// which products fit.
///
/// @param layers number of blocks
/// @param hidden length of the vectors between blocks
/// @param heads query heads, a multiple of `keyValueHeads`
/// @param keyValueHeads heads of keys and values
/// @param headLength weights of a head
/// @param feedForward rows of the first feed-forward matrix
/// @param vocabulary rows of the embedding
/// @param tied true if the output matrix is the embedding
record Dimensions(
    int layers,
    int hidden,
    int heads,
    int keyValueHeads,
    int headLength,
    int feedForward,
    int vocabulary,
    boolean tied) {

  /// The extents that `config` gives.
  ///
  /// @throws MalformedFileException if a number is missing or makes no sense
  static Dimensions of(ModelConfig config) {
    int hidden = positive(config, 1 << 20, "hidden_size", "n_embd", "d_model", "n_embed");
    int heads = positive(config, 1 << 14, "num_attention_heads", "n_head", "n_heads");
    int keyValueHeads =
        config.has("num_key_value_heads")
            ? positive(config, 1 << 14, "num_key_value_heads")
            : heads;
    if (heads % keyValueHeads != 0) {
      throw new MalformedFileException(
          config.file(),
          "num_attention_heads is %d, not a multiple of num_key_value_heads, which is %d"
              .formatted(heads, keyValueHeads));
    }
    return new Dimensions(
        positive(config, 10_000, "n_layers", "num_hidden_layers", "n_layer", "num_layers"),
        hidden,
        heads,
        keyValueHeads,
        headLength(config, hidden, heads),
        feedForward(config, hidden),
        positive(config, 1 << 24, "vocab_size"),
        config.optionalFlag("tie_word_embeddings").orElse(false));
  }

  private static int headLength(ModelConfig config, int hidden, int heads) {
    if (config.has("head_dim")) {
      return positive(config, 1 << 14, "head_dim");
    }
    if (hidden % heads != 0) {
      throw new MalformedFileException(
          config.file(),
          "hidden_size is %d, not a multiple of num_attention_heads, which is %d"
              .formatted(hidden, heads));
    }
    return hidden / heads;
  }

  private static int feedForward(ModelConfig config, int hidden) {
    return config.optionalInteger("intermediate_size", "n_inner").isPresent()
        ? positive(config, 1 << 24, "intermediate_size", "n_inner")
        : Math.multiplyExact(4, hidden);
  }

  /// A number from 1 to `limit` under the first of `keys` that is there.
  ///
  /// @throws MalformedFileException if there is none
  static int positive(ModelConfig config, int limit, String... keys) {
    String key = keys[0];
    for (String name : keys) {
      if (config.has(name)) {
        key = name;
        break;
      }
    }
    OptionalLong found = config.optionalInteger(key);
    long value = found.isPresent() ? found.getAsLong() : config.integer(keys);
    if (value < 1 || value > limit) {
      throw new MalformedFileException(
          config.file(), "%s is %d, wanted 1 to %d".formatted(key, value, limit));
    }
    return (int) value;
  }

  /// These extents for a family whose heads are turned in pairs.
  ///
  /// @throws MalformedFileException if a head is of odd length
  Dimensions rotary(ModelConfig config) {
    if (headLength % 2 != 0) {
      throw new MalformedFileException(
          config.file(), "head_dim is " + headLength + ", rotary embeddings need an even number");
    }
    return this;
  }

  /// Rows of the matrix of queries.
  int query() {
    return Math.multiplyExact(heads, headLength);
  }

  /// Rows of the matrices of keys and of values.
  int keyValue() {
    return Math.multiplyExact(keyValueHeads, headLength);
  }

  /// Rows of a matrix of queries, keys and values.
  int fused() {
    return Math.addExact(query(), Math.multiplyExact(2, keyValue()));
  }
}
