package dev.quern.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of `shrink` that make an importance matrix first.
final class CalibrationFlags {
  @Option(
      names = "--calibrate",
      paramLabel = "FILE[=WEIGHT]",
      description = {
        "Make an importance matrix from this text and use it; repeatable, see 'quern calibrate'.",
        "Do not judge by the same text."
      })
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--calibrate-chunks",
      paramLabel = "N",
      description = "Pieces of each text to calibrate on (default: all).")
  private int chunks = Integer.MAX_VALUE;

  /// True if a matrix is to be made.
  boolean isWanted() {
    return !texts.isEmpty();
  }

  /// Fails early if the options do not fit together.
  void check(ImportanceFlags importance) {
    if (isWanted() && importance.isNamed()) {
      throw new UsageException("--calibrate and --imatrix exclude each other");
    }
    CutOptions.check(0, chunks);
    texts();
  }

  /// What was asked for.
  CalibrationRun run(int threads) {
    return new CalibrationRun(texts(), 0, chunks, false, threads);
  }

  private List<CalibrationText> texts() {
    return texts.stream().map(text -> CalibrationText.parse("--calibrate", text)).toList();
  }
}
