package dev.quern.converter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether an output is one file or several parts, as `llama-gguf-split` makes them.
public sealed interface Splitting {
  /// One file.
  record None() implements Splitting {}

  /// The parts of the source.
  record AsSource() implements Splitting {}

  /// A new part after every `most` tensors.
  ///
  /// @param emptyFirst true if the first part holds metadata only
  record ByTensors(int most, boolean emptyFirst) implements Splitting {
    public ByTensors {
      if (most < 1) {
        throw new IllegalArgumentException(most + " tensors in a part, wanted at least 1");
      }
    }
  }

  /// A new part where tensors would have more than `most` bytes; headers are not counted, and a
  /// tensor that is larger alone is a part of its own.
  ///
  /// @param emptyFirst true if the first part holds metadata only
  record BySize(long most, boolean emptyFirst) implements Splitting {
    public BySize {
      if (most < 1) {
        throw new IllegalArgumentException(most + " bytes in a part, wanted at least 1");
      }
    }
  }

  /// Reads a number of bytes such as `2G` or `500M`: powers of ten, as the reference has them.
  ///
  /// @throws IllegalArgumentException if it is something else
  static long bytes(String text) {
    Matcher matcher = Pattern.compile("([1-9]\\d{0,8})([MG])").matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a size such as 500M or 2G (millions or billions of bytes)");
    }
    return Long.parseLong(matcher.group(1))
        * (matcher.group(2).equals("M") ? 1_000_000L : 1_000_000_000L);
  }

  /// True if tensors are counted or weighed to decide where a part ends.
  default boolean cuts() {
    return this instanceof ByTensors || this instanceof BySize;
  }
}
