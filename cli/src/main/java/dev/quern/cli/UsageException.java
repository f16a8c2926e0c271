package dev.quern.cli;

import java.util.function.Supplier;

/// An option's value cannot be used: the command line is at fault, not a file.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }

  /// What `value` makes of an option's text.
  ///
  /// @throws UsageException if it is not what the option takes
  static <T> T check(String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }
}
