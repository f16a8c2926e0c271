package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.RotaryScaling;
import org.jspecify.annotations.Nullable;

/// How far each pair of elements turns from one position to the next.
///
/// Frequencies are floats, as they are where these models are trained.
final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /// The frequencies of each pair, divided by `factors` if there are such.
  static float[] of(Rotary rotary, float @Nullable [] factors) {
    float[] frequencies = scaled(rotary);
    if (factors != null) {
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factors[i];
      }
    }
    return frequencies;
  }

  private static float[] scaled(Rotary rotary) {
    int dimensions = rotary.dimensions();
    float[] frequencies = new float[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float power = (float) Math.pow(rotary.base(), 2f * i / dimensions);
      frequencies[i] = 1 / power;
    }
    switch (rotary.scaling()) {
      case RotaryScaling.None _, RotaryScaling.LongRope _ -> {}
      case RotaryScaling.Linear linear -> {
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= linear.factor();
        }
      }
      case RotaryScaling.Yarn yarn -> stretch(frequencies, rotary, yarn);
    }
    return frequencies;
  }

  private static void stretch(float[] frequencies, Rotary rotary, RotaryScaling.Yarn yarn) {
    double first = pairThatTurns(yarn.betaFast(), rotary, yarn);
    double last = pairThatTurns(yarn.betaSlow(), rotary, yarn);
    double low = Math.max(0, yarn.whole() ? Math.floor(first) : first);
    double high = Math.min(rotary.dimensions() - 1, yarn.whole() ? Math.ceil(last) : last);
    double width = low == high ? 0.001 : high - low;
    for (int i = 0; i < frequencies.length; i++) {
      float stretched = (float) Math.clamp((i - low) / width, 0, 1);
      frequencies[i] =
          frequencies[i] / yarn.factor() * stretched + frequencies[i] * (1 - stretched);
    }
  }

  /// The pair, as a fraction, that turns `turns` times within the original context.
  private static double pairThatTurns(float turns, Rotary rotary, RotaryScaling.Yarn yarn) {
    return rotary.dimensions()
        * Math.log(yarn.originalContext() / (turns * 2 * Math.PI))
        / (2 * Math.log(rotary.base()));
  }
}
