package dev.quern.verifier;

import java.util.List;

/// How long the repetitions of a workload took.
///
/// @param workload what was timed
/// @param nanoseconds of each repetition, in order
public record SpeedSamples(Workload workload, List<Long> nanoseconds) {
  public SpeedSamples {
    nanoseconds = List.copyOf(nanoseconds);
  }

  /// The speed of each repetition.
  public List<Double> tokensPerSecond() {
    return nanoseconds.stream().map(time -> 1e9 * workload.tokens() / time).toList();
  }

  /// Their mean.
  public double mean() {
    return mean(tokensPerSecond());
  }

  /// Their standard deviation, as of a sample; 0 if there is but one.
  public double deviation() {
    return deviation(tokensPerSecond());
  }

  /// The mean of the times.
  public double meanNanoseconds() {
    return mean(nanoseconds);
  }

  /// The standard deviation of the times.
  public double deviationNanoseconds() {
    return deviation(nanoseconds);
  }

  private static double mean(List<? extends Number> values) {
    return values.stream().mapToDouble(Number::doubleValue).average().orElse(0);
  }

  private static double deviation(List<? extends Number> values) {
    if (values.size() < 2) {
      return 0;
    }
    double mean = mean(values);
    double squares = 0;
    for (Number value : values) {
      squares += (value.doubleValue() - mean) * (value.doubleValue() - mean);
    }
    return Math.sqrt(squares / (values.size() - 1));
  }
}
