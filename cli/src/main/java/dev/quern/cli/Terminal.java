package dev.quern.cli;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help.Ansi;

/// Whether people or programs read what is printed.
final class Terminal {
  private Terminal() {}

  /// True if messages go to a terminal; the launcher says so, because it stands between.
  static boolean showsProgress() {
    return System.getenv("QUERN_STDERR_IS_TERMINAL") != null
        && !"dumb".equals(System.getenv("TERM"));
  }

  /// Lets messages go past the launcher, straight to where its own stderr goes: what it filters is
  /// only what the JVM itself says. They pass through it where that place cannot be opened.
  static void openMessages() {
    String path = System.getenv("QUERN_STDERR");
    if (path == null) {
      return;
    }
    try {
      System.setErr(
          new PrintStream(new FileOutputStream(path, true), true, StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return; // a socket, for example
    }
  }

  /// Colours only where a terminal shows them and nobody asked for none.
  static Ansi ansi() {
    return System.getenv("NO_COLOR") == null && showsProgress() ? Ansi.AUTO : Ansi.OFF;
  }
}
