package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/// The extents that the configuration of a LLaMA gives each of its tensors.
///
/// @param layers number of blocks
/// @param hidden length of the vectors between blocks
/// @param heads query heads
/// @param keyValueHeads heads of keys and values
/// @param headLength weights of a head
/// @param feedForward rows of the gate
/// @param vocabulary rows of the embedding
/// @param tied true if the output matrix is the embedding
record LlamaShapes(
    int layers,
    int hidden,
    int heads,
    int keyValueHeads,
    int headLength,
    int feedForward,
    int vocabulary,
    boolean tied) {
  private static final List<String> PARTS =
      List.of(
          "attn_norm",
          "attn_q",
          "attn_k",
          "attn_v",
          "attn_output",
          "ffn_norm",
          "ffn_gate",
          "ffn_up",
          "ffn_down");

  static LlamaShapes of(ModelConfig config) {
    LlamaShapes shapes =
        new LlamaShapes(
            positive(config, "num_hidden_layers", 10_000),
            positive(config, "hidden_size", 1 << 20),
            positive(config, "num_attention_heads", 1 << 14),
            positive(config, "num_key_value_heads", 1 << 14),
            positive(config, "head_dim", 1 << 14),
            positive(config, "intermediate_size", 1 << 24),
            positive(config, "vocab_size", 1 << 24),
            config.optionalFlag("tie_word_embeddings").orElse(false));
    if (shapes.headLength % 2 != 0) {
      throw new MalformedFileException(
          config.file(),
          "head_dim is " + shapes.headLength + ", rotary embeddings need an even number");
    }
    if (shapes.heads % shapes.keyValueHeads != 0) {
      throw new MalformedFileException(
          config.file(),
          "num_attention_heads is %d, not a multiple of num_key_value_heads, which is %d"
              .formatted(shapes.heads, shapes.keyValueHeads));
    }
    return shapes;
  }

  private static int positive(ModelConfig config, String key, int limit) {
    long value = config.integer(key);
    if (value < 1 || value > limit) {
      throw new MalformedFileException(
          config.file(), "%s is %d, wanted 1 to %d".formatted(key, value, limit));
    }
    return (int) value;
  }

  /// The tensors that a model cannot do without.
  List<String> required() {
    List<String> names = new ArrayList<>();
    names.add("token_embd.weight");
    names.add("output_norm.weight");
    if (!tied) {
      names.add("output.weight");
    }
    for (int layer = 0; layer < layers; layer++) {
      for (String part : PARTS) {
        names.add("blk." + layer + "." + part + ".weight");
      }
    }
    return names;
  }

  /// The extents of the tensor with this GGUF name.
  Shape of(String name) {
    boolean bias = name.endsWith(".bias");
    String module = name.substring(0, name.lastIndexOf('.'));
    String part = module.substring(module.lastIndexOf('.') + 1);
    int query = Math.multiplyExact(heads, headLength);
    int keyValue = Math.multiplyExact(keyValueHeads, headLength);
    return switch (part) {
      case "attn_q" -> matrix(hidden, query, bias);
      case "attn_k", "attn_v" -> matrix(hidden, keyValue, bias);
      case "attn_output" -> matrix(query, hidden, bias);
      case "ffn_gate", "ffn_up" -> matrix(hidden, feedForward, bias);
      case "ffn_down" -> matrix(feedForward, hidden, bias);
      case "token_embd", "output" -> matrix(hidden, vocabulary, bias);
      default -> Shape.of(hidden);
    };
  }

  private static Shape matrix(int rowLength, int rows, boolean bias) {
    return bias ? Shape.of(rows) : Shape.of(rowLength, rows);
  }
}
