package dev.quern.formats;

import java.nio.file.Path;

/// A file that somebody gave us is not what its format says it must be.
///
/// The message is one line: file, what, where, found, wanted, and what to do if there is something
/// to do. It is written for the person who has the file, and printed as it is.
public final class MalformedFileException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST = 2000;

  /// A problem in `file`; `problem` says what, where, found and wanted, without a trailing period.
  public MalformedFileException(Path file, String problem) {
    super(oneLine(file + ": " + problem));
  }

  /// A problem in `file` that another exception revealed.
  public MalformedFileException(Path file, String problem, Throwable cause) {
    super(oneLine(file + ": " + problem), cause);
  }

  private static String oneLine(String message) {
    StringBuilder line = new StringBuilder();
    message
        .codePoints()
        .limit(LONGEST)
        .forEach(
            point -> {
              if (Character.isISOControl(point)) {
                line.append(String.format("\\u%04x", point));
              } else {
                line.appendCodePoint(point);
              }
            });
    return message.length() > LONGEST ? line + "..." : line.toString();
  }
}
