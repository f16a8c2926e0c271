package dev.quern.engine.kernel;

/// Loops with lanes and their scalar twin, whose results are equal to the bit.
///
/// Before the second of the JVM's compilers has seen loops with lanes, each of their operations is
/// a call and an object: the scalar twin is then some tens of times faster. So it runs until
/// [Warming] has got the loops compiled.
abstract class Twin extends Switch {
  /// Runs the loops with lanes over a little.
  ///
  /// @return operations on numbers that were done, at least
  abstract int exercise();
}
