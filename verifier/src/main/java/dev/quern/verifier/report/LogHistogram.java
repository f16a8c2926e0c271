package dev.quern.verifier.report;

import java.util.List;
import java.util.stream.LongStream;

/// Counts of values on a logarithmic scale from 1e-9 to 1e3, in steps of 6 %.
///
/// What is smaller counts as zero, what is larger as the largest; NaN is left out.
final class LogHistogram {
  /// The decimal logarithm of the lower end of the first step.
  static final int LOW = -9;

  /// Steps in a decade.
  static final int DECADE = 40;

  private static final int STEPS = 12 * DECADE;

  private final long[] counts = new long[STEPS];
  private long zero;
  private long total;

  void add(double value) {
    if (Double.isNaN(value)) {
      return;
    }
    total++;
    if (value < 1e-9) {
      zero++;
    } else {
      int step = (int) Math.floor((Math.log10(value) - LOW) * DECADE);
      counts[Math.clamp(step, 0, STEPS - 1)]++;
    }
  }

  /// The values that are smaller than the first step.
  long zero() {
    return zero;
  }

  /// Counts of all steps.
  List<Long> counts() {
    return LongStream.of(counts).boxed().toList();
  }

  /// The value that `fraction` of all are below, within a step; NaN if there are none.
  double quantile(double fraction) {
    if (total == 0) {
      return Double.NaN;
    }
    double wanted = fraction * total;
    double below = zero;
    if (wanted <= below) {
      return 0;
    }
    int step = 0;
    while (step < STEPS - 1 && below + counts[step] < wanted) {
      below += counts[step++];
    }
    double part = counts[step] == 0 ? 0 : (wanted - below) / counts[step];
    return Math.pow(10, LOW + (step + Math.min(1, part)) / DECADE);
  }
}
