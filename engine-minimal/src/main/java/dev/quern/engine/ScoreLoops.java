package dev.quern.engine;

import dev.quern.engine.kernel.ActivationLoops;
import dev.quern.formats.architecture.BlockTraits.Scores;

/// What happens to scores beside scaling.
final class ScoreLoops {
  private ScoreLoops() {}

  /// What each head takes from a score for each position between. The slopes of a power of two of
  /// heads fall evenly to `2^-alibi`; further heads have those between, every second from the
  /// first.
  static float[] slopes(int heads, float alibi) {
    float[] slopes = new float[heads];
    if (alibi == 0) {
      return slopes;
    }
    int even = Integer.highestOneBit(heads);
    for (int head = 0; head < heads; head++) {
      double power = head < even ? head + 1 : head - even + 0.5;
      slopes[head] = (float) Math.pow(2, -alibi * power / even);
    }
    return slopes;
  }

  /// Caps `n` scores from `at`, and takes away the slope; the first is that of the position
  /// `distance` after the query.
  static void apply(Scores traits, float[] scores, int at, int n, float slope, int distance) {
    if (traits.softCap() > 0) {
      ActivationLoops.softCap(scores, at, n, traits.softCap());
    }
    if (traits.alibi() > 0) {
      for (int i = 0; i < n; i++) {
        scores[at + i] += slope * (distance + i);
      }
    }
  }
}
