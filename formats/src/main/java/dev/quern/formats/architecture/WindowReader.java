package dev.quern.formats.architecture;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Reads which blocks of a model look through its window.
///
/// | key                                | meaning                                               |
/// |------------------------------------|-------------------------------------------------------|
/// | `attention.sliding_window_pattern` | which blocks have it; or: all but the last of so many |
final class WindowReader {
  private static final String PATTERN = "attention.sliding_window_pattern";
  private static final int LONGEST = 1 << 20;

  private final TraitsReader reader;
  private IntPredicate usual = _ -> true;

  WindowReader(TraitsReader reader) {
    this.reader = reader;
  }

  /// Without the key, of each `period` blocks all but the last have the window.
  void butEvery(int period) {
    usual = allButEvery(period);
  }

  /// Whether a block, of so many, has the window.
  IntPredicate read(int blocks) {
    Optional<List<Boolean>> flags = reader.flags(PATTERN, blocks);
    if (flags.isPresent()) {
      return flags.get()::get;
    }
    return reader.has(PATTERN) ? allButEvery(reader.count(PATTERN, LONGEST)) : usual;
  }

  private static IntPredicate allButEvery(int period) {
    return block -> block % period != period - 1;
  }
}
