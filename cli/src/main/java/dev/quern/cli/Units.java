package dev.quern.cli;

import java.util.Locale;

/// Numbers as people read them.
final class Units {
  private Units() {}

  /// `3.14 MB`, in powers of a thousand.
  static String bytes(long bytes) {
    String[] names = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < names.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.2f %s", value, names[unit]);
  }

  /// `1 weight`, `2 weights`.
  static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /// `4.85`.
  static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
