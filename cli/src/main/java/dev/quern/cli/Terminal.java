package dev.quern.cli;

import picocli.CommandLine.Help.Ansi;

/// Whether people or programs read what is printed.
final class Terminal {
  private Terminal() {}

  /// True if messages go to a terminal; the launcher says so, because it stands between.
  static boolean showsProgress() {
    return System.getenv("QUERN_STDERR_IS_TERMINAL") != null
        && !"dumb".equals(System.getenv("TERM"));
  }

  /// Colours only where a terminal shows them and nobody asked for none.
  static Ansi ansi() {
    return System.getenv("NO_COLOR") == null && showsProgress() ? Ansi.AUTO : Ansi.OFF;
  }
}
