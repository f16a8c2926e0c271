package dev.quern.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// A text to calibrate on, and how much it counts.
///
/// @param file the text
/// @param weight how often each of its tokens counts
record CalibrationText(Path file, double weight) {

  /// Reads `FILE` or `FILE=WEIGHT`; a file that is there under the whole name is that file.
  static CalibrationText parse(String option, String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 0 || Files.exists(Path.of(text))) {
      return new CalibrationText(Path.of(text), 1);
    }
    double weight = number(text.substring(equals + 1));
    if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
      throw new UsageException(
          option + " " + text + ": wanted FILE=WEIGHT with a finite weight above 0");
    }
    return new CalibrationText(Path.of(text.substring(0, equals)), weight);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /// What the matrix says of its origin.
  String label() {
    return weight == 1 ? file.toString() : file + "=" + weight;
  }
}
