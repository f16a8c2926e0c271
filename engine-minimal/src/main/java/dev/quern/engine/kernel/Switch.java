package dev.quern.engine.kernel;

/// Which of two twins runs: the scalar one until the one with lanes is compiled.
abstract class Switch {
  private volatile boolean compiled;

  /// True when the loops with lanes are the faster ones.
  final boolean compiled() {
    return compiled;
  }

  /// Uses the loops with lanes from now on.
  final void switchOver() {
    compiled = true;
  }
}
