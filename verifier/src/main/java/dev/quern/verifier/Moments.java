package dev.quern.verifier;

/// Sums of observations and of their squares, in the order in which they come.
final class Moments {
  private long count;
  private double sum;
  private double sumOfSquares;

  void add(double observation) {
    count++;
    sum += observation;
    sumOfSquares += observation * observation;
  }

  long count() {
    return count;
  }

  /// The mean, and its standard error from the variance with divisor `count`, as llama-perplexity
  /// has it: `sqrt((mean of squares - square of mean) / (count - 1))`.
  Estimate mean() {
    double mean = sum / count;
    double variance = sumOfSquares / count - mean * mean;
    // rounding can push the variance of equal observations below zero
    return new Estimate(mean, Math.sqrt(Math.max(0, variance) / (count - 1)));
  }
}
