package dev.quern.formats.architecture;

/// What stretches rotary frequencies to contexts longer than those of the training.
///
/// Frequency factors per pair (`rope_freqs.weight`) are a tensor and apply beside any of these.
public sealed interface RotaryScaling {
  /// The frequencies as they are.
  record None() implements RotaryScaling {}

  /// Positions divided by a factor.
  ///
  /// @param factor how many times longer the context becomes, positive
  record Linear(float factor) implements RotaryScaling {}

  /// YaRN: low frequencies divided by a factor, high ones kept, a ramp between.
  ///
  /// @param factor how many times longer the context becomes, positive
  /// @param originalContext context length of the training
  /// @param betaFast turns within the original context above which a frequency is kept
  /// @param betaSlow turns below which it is divided
  /// @param attentionFactor what sines and cosines are multiplied with
  record Yarn(
      float factor, int originalContext, float betaFast, float betaSlow, float attentionFactor)
      implements RotaryScaling {}
}
