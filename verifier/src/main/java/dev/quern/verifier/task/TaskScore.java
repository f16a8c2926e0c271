package dev.quern.verifier.task;

import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// How often a model chose what is right.
///
/// @param tasks their number
/// @param right how many it got right, with likelihood by length
/// @param unnormalized how many it got right with plain likelihood
public record TaskScore(int tasks, int right, int unnormalized) {
  private static final double CONFIDENCE = 0.95;

  /// The score of `choices`, of which there is at least one.
  public static TaskScore of(List<TaskChoice> choices) {
    return new TaskScore(
        choices.size(),
        (int) choices.stream().filter(TaskChoice::isRight).count(),
        (int) choices.stream().filter(TaskChoice::isRightUnnormalized).count());
  }

  /// The share of right choices, 0 to 1.
  public double share() {
    return (double) right / tasks;
  }

  /// Lower end of Wilson's 95 % interval of the share.
  public double low() {
    return center() - half();
  }

  /// Upper end of Wilson's 95 % interval of the share.
  public double high() {
    return center() + half();
  }

  private double center() {
    double z = z();
    return (share() + z * z / (2 * tasks)) / (1 + z * z / tasks);
  }

  private double half() {
    double z = z();
    double variance = share() * (1 - share()) / tasks + z * z / (4.0 * tasks * tasks);
    return z * Math.sqrt(variance) / (1 + z * z / tasks);
  }

  private static double z() {
    return NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - CONFIDENCE) / 2);
  }
}
