package dev.quern.engine;

/// How the next token is picked.
///
/// @param temperature what logits are divided by; 0 takes the most likely token
/// @param topK only this many of the most likely tokens are considered; 0 for all
/// @param topP only the most likely tokens that together reach this probability; 1 for all
/// @param seed start of the random numbers: the same seed and logits give the same tokens
public record SamplingOptions(float temperature, int topK, float topP, long seed) {
  public SamplingOptions {
    if (!(temperature >= 0) || temperature == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("temperature is " + temperature + ", wanted 0 or more");
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k is " + topK + ", wanted 0 (all) or more");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p is " + topP + ", wanted above 0 and at most 1");
    }
  }

  /// Always the most likely token.
  public static SamplingOptions greedy() {
    return new SamplingOptions(0, 0, 1, 0);
  }
}
