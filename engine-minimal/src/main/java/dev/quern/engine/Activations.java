package dev.quern.engine;

/// What weights are multiplied with.
public enum Activations {
  /// Floats: exact mode.
  FLOAT,
  /// Floats rounded to 8 bits a block where the type of the weights has a kernel for it, and to
  /// BF16 where a few tokens meet weights of 16 bits: fast mode.
  INT8
}
