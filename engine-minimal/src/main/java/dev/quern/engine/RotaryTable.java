package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.RotaryScaling;
import org.jspecify.annotations.Nullable;

/// Sines and cosines for the tokens of a batch, and the turning of heads with them.
///
/// Frequencies and angles are floats, as they are where these models are trained: at far positions
/// an angle in doubles would be another one.
final class RotaryTable {
  private final int pairs;
  private final float[] frequencies;
  private final float magnitude;
  private float[] cosines = {};
  private float[] sines = {};

  /// @param factors what the frequency of each pair is divided by, if the model has such a tensor
  RotaryTable(Rotary rotary, float @Nullable [] factors) {
    this.pairs = rotary.dimensions() / 2;
    this.frequencies = frequencies(rotary);
    if (factors != null) {
      for (int i = 0; i < pairs; i++) {
        frequencies[i] /= factors[i];
      }
    }
    this.magnitude =
        rotary.scaling() instanceof RotaryScaling.Yarn yarn ? yarn.attentionFactor() : 1;
  }

  private static float[] frequencies(Rotary rotary) {
    int dimensions = rotary.dimensions();
    float[] frequencies = new float[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float power = (float) Math.pow(rotary.base(), 2f * i / dimensions);
      frequencies[i] = 1 / power;
    }
    switch (rotary.scaling()) {
      case RotaryScaling.None none -> {}
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
    double low = Math.max(0, Math.floor(pairThatTurns(yarn.betaFast(), rotary, yarn)));
    double high =
        Math.min(rotary.dimensions() - 1, Math.ceil(pairThatTurns(yarn.betaSlow(), rotary, yarn)));
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

  /// Prepares `tokens` positions from `position`.
  void prepare(int position, int tokens) {
    if (cosines.length < tokens * pairs) {
      cosines = new float[tokens * pairs];
      sines = new float[tokens * pairs];
    }
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < pairs; i++) {
        float angle = (position + t) * frequencies[i];
        cosines[t * pairs + i] = (float) Math.cos(angle) * magnitude;
        sines[t * pairs + i] = (float) Math.sin(angle) * magnitude;
      }
    }
  }

  /// Turns `heads` heads of `length` elements from `at` to the position of token `token`.
  void turn(float[] x, int at, int heads, int length, int token) {
    int angles = token * pairs;
    for (int head = 0; head < heads; head++) {
      int from = at + head * length;
      for (int i = 0; i < pairs; i++) {
        float even = x[from + 2 * i];
        float odd = x[from + 2 * i + 1];
        float cosine = cosines[angles + i];
        float sine = sines[angles + i];
        x[from + 2 * i] = even * cosine - odd * sine;
        x[from + 2 * i + 1] = odd * cosine + even * sine;
      }
    }
  }
}
