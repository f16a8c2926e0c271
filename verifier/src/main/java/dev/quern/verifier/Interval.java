package dev.quern.verifier;

/// Where a figure lies with some confidence.
///
/// @param low its lower end, NaN when there is too little to say
/// @param high its upper end
public record Interval(double low, double high) {
  /// Where nothing can be said.
  static Interval unknown() {
    return new Interval(Double.NaN, Double.NaN);
  }

  /// True if the interval has zero in it, or is not known.
  public boolean hasZero() {
    return !(low > 0 || high < 0);
  }
}
