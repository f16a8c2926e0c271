package dev.quern.quantizers;

/// What storing weights in a type cost, as sums that can be added up over the parts of a tensor.
///
/// @param error sum of the squared differences between decoded and true weights
/// @param energy sum of the squared true weights
/// @param weightedError as `error`, each square times its column's importance; 0 without importance
/// @param weightedEnergy as `energy`, likewise
/// @param deadBlocks blocks that are all zero though their true weights were not
public record ErrorSums(
    double error, double energy, double weightedError, double weightedEnergy, long deadBlocks) {
  /// No weights.
  public static final ErrorSums NONE = new ErrorSums(0, 0, 0, 0, 0);

  /// The sums over the weights of both.
  public ErrorSums plus(ErrorSums other) {
    return new ErrorSums(
        error + other.error,
        energy + other.energy,
        weightedError + other.weightedError,
        weightedEnergy + other.weightedEnergy,
        deadBlocks + other.deadBlocks);
  }

  /// Root mean square of the differences over root mean square of the true weights. 0 if both are
  /// 0, infinite if only the true weights are.
  public double relative() {
    return ratio(error, energy);
  }

  /// The same, weighted by importance; 0 without.
  public double weightedRelative() {
    return ratio(weightedError, weightedEnergy);
  }

  /// True if every decoded weight was a finite number.
  public boolean isFinite() {
    return Double.isFinite(error);
  }

  private static double ratio(double error, double energy) {
    return error == 0 ? 0 : Math.sqrt(error / energy);
  }
}
