package dev.quern.quantizers.recipe;

/// What a recipe needs to know of a model.
///
/// @param architecture the GGUF's `general.architecture`
/// @param layers blocks, those for multi-token prediction included (`block_count`)
/// @param heads attention heads of the first block
/// @param keyValueHeads heads of its keys and values; 0 if it has none
/// @param experts experts in a layer; 0 in a dense model
public record ModelFacts(
    String architecture, int layers, int heads, int keyValueHeads, int experts) {

  /// Query heads that share a head of keys and values; 0 without any.
  int group() {
    return keyValueHeads == 0 ? 0 : heads / keyValueHeads;
  }

  boolean isFalcon() {
    return architecture.equals("falcon");
  }

  /// True for what the reference takes for a model of 70 billion weights, by its number of layers.
  boolean isSeventyBillion() {
    return switch (architecture) {
      case "llama" -> layers == 80 && heads != keyValueHeads;
      case "qwen2", "deci" -> layers == 80;
      case "jais2" -> layers == 68;
      default -> false;
    };
  }
}
