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
  /// @param whole whether the ramp begins and ends at whole pairs
  record Yarn(
      float factor,
      int originalContext,
      float betaFast,
      float betaSlow,
      float attentionFactor,
      boolean whole)
      implements RotaryScaling {}

  /// Factors per pair of which the model has two tensors, `rope_factors_short.weight` for texts up
  /// to a length and `rope_factors_long.weight` beyond.
  ///
  /// @param originalContext the length
  /// @param attentionFactor what sines and cosines are multiplied with
  record LongRope(int originalContext, float attentionFactor) implements RotaryScaling {}
}
