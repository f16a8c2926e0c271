package dev.quern.cli;

/// What the process ends with.
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int GATE_MISSED = 3;

  private ExitCode() {}

  /// What a command that judges ends with.
  static int of(boolean passed) {
    return passed ? DONE : GATE_MISSED;
  }
}
