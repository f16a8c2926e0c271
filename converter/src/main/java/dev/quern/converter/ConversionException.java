package dev.quern.converter;

import java.util.List;

/// A conversion that cannot be done as it was asked for; nothing was written.
public final class ConversionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// One line for each thing that stands in the way.
  public ConversionException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /// A single thing that stands in the way.
  public ConversionException(String problem) {
    this(List.of(problem));
  }

  /// The lines.
  public List<String> problems() {
    return String.valueOf(getMessage()).lines().toList();
  }
}
