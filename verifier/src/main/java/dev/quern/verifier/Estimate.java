package dev.quern.verifier;

/// A figure and its standard error.
///
/// @param value the figure, NaN when it could not be computed
/// @param error its standard error, NaN when one observation is all there is
public record Estimate(double value, double error) {

  /// The exponential, with the error carried to first order.
  Estimate exp() {
    double power = Math.exp(value);
    return new Estimate(power, power * error);
  }

  /// The square root, with the error carried to first order.
  Estimate squareRoot() {
    double root = Math.sqrt(value);
    return new Estimate(root, root == 0 ? 0 : error / (2 * root));
  }
}
