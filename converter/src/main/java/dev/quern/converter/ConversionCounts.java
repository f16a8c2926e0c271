package dev.quern.converter;

import java.util.concurrent.atomic.LongAdder;

/// What the workers of a conversion count together.
final class ConversionCounts {
  private final long total;
  private final ConversionProgress progress;
  private final LongAdder done = new LongAdder();
  private final LongAdder underflows = new LongAdder();
  private final LongAdder clamped = new LongAdder();

  ConversionCounts(long total, ConversionProgress progress) {
    this.total = total;
    this.progress = progress;
  }

  void add(long weights) {
    done.add(weights);
    progress.step(done.sum(), total);
  }

  void addUnderflows(long weights) {
    underflows.add(weights);
  }

  void addClamped(long weights) {
    clamped.add(weights);
  }

  long underflows() {
    return underflows.sum();
  }

  long clamped() {
    return clamped.sum();
  }
}
