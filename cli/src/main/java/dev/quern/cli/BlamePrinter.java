package dev.quern.cli;

import dev.quern.verifier.blame.Blame;
import dev.quern.verifier.blame.Blame.Part;
import dev.quern.verifier.blame.Suspect;
import java.io.PrintWriter;
import java.util.Locale;

/// Shows where a candidate lost what it lost.
final class BlamePrinter {
  private static final double MEGABYTE = 1e6;

  private BlamePrinter() {}

  /// A table for people, and the option that would buy most.
  static void print(Blame blame, PrintWriter out) {
    out.println();
    out.printf(
        Locale.ROOT,
        "blame: mean KL divergence %.6f; what goes when a group is as in the base:%n",
        blame.divergence());
    out.printf(
        "  %-24s %12s %12s %8s %10s %14s%n",
        "group", "weight error", "KL goes by", "share", "finer by", "KL per MB");
    for (Part part : blame.ranking()) {
      Suspect suspect = part.suspect();
      out.printf(
          Locale.ROOT,
          "  %-24s %12.4f %12.6f %6.1f %% %10s %14.6f%n",
          suspect.group(),
          suspect.weightError(),
          part.returned(),
          blame.divergence() > 0 ? 100 * part.returned() / blame.divergence() : 0,
          Units.bytes(suspect.growth()),
          part.perByte() * MEGABYTE);
    }
    blame
        .bestBuy()
        .ifPresent(part -> out.printf("  buys most per byte: %s%n", part.suspect().option()));
  }
}
