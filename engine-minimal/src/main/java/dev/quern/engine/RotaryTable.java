package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import dev.quern.formats.architecture.RotaryScaling;

/// Sines and cosines for the tokens of a batch, and the turning of heads with them.
///
/// Angles are floats, as they are where these models are trained: at far positions an angle in
/// doubles would be another one.
final class RotaryTable {
  private final RotaryStyle style;
  private final int pairs;
  private final float[] near;
  private final float[] far;
  private final int farFrom;
  private final float magnitude;
  private float[] cosines = {};
  private float[] sines = {};

  RotaryTable(Rotary rotary, RotaryFactors factors) {
    this.style = rotary.style();
    this.pairs = rotary.dimensions() / 2;
    if (rotary.scaling() instanceof RotaryScaling.LongRope longRope) {
      this.near = RotaryFrequencies.of(rotary, factors.near());
      this.far = RotaryFrequencies.of(rotary, factors.far());
      this.farFrom = longRope.originalContext() + 1;
      this.magnitude = longRope.attentionFactor();
    } else {
      this.near = RotaryFrequencies.of(rotary, factors.every());
      this.far = near;
      this.farFrom = Integer.MAX_VALUE;
      this.magnitude =
          rotary.scaling() instanceof RotaryScaling.Yarn yarn ? yarn.attentionFactor() : 1;
    }
  }

  /// Prepares `tokens` positions from `position` of a text of at most `capacity` tokens.
  void prepare(int position, int tokens, int capacity) {
    if (cosines.length < tokens * pairs) {
      cosines = new float[tokens * pairs];
      sines = new float[tokens * pairs];
    }
    float[] frequencies = capacity >= farFrom ? far : near;
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
      switch (style) {
        case INTERLEAVED -> turnNeighbours(x, at + head * length, angles);
        case HALVES -> turnHalves(x, at + head * length, angles);
      }
    }
  }

  private void turnNeighbours(float[] x, int from, int angles) {
    for (int i = 0; i < pairs; i++) {
      float even = x[from + 2 * i];
      float odd = x[from + 2 * i + 1];
      float cosine = cosines[angles + i];
      float sine = sines[angles + i];
      x[from + 2 * i] = even * cosine - odd * sine;
      x[from + 2 * i + 1] = odd * cosine + even * sine;
    }
  }

  private void turnHalves(float[] x, int from, int angles) {
    for (int i = 0; i < pairs; i++) {
      float first = x[from + i];
      float second = x[from + pairs + i];
      float cosine = cosines[angles + i];
      float sine = sines[angles + i];
      x[from + i] = first * cosine - second * sine;
      x[from + pairs + i] = second * cosine + first * sine;
    }
  }
}
