package dev.quern.converter.overlay;

/// What a base has in the rows that its vocabulary lacks, when a difference is for a larger one.
public enum AddedRows {
  /// Zeros, as Vicuna's differences of version 0 want.
  ZEROS,
  /// The mean of the rows that are there, as Alpaca's difference wants.
  MEAN;

  /// `zeros` or `mean`.
  @Override
  public String toString() {
    return this == ZEROS ? "zeros" : "mean";
  }
}
