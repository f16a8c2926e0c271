package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;

/// Says in a line what went wrong.
final class Failures {
  private static final int SHOWN = 10;

  private Failures() {}

  /// Prints the line, or one for each problem of a conversion.
  ///
  /// @return the exit code
  static int report(Throwable failure, PrintWriter err) {
    switch (failure) {
      case ConversionException e -> problems(e.problems(), err);
      case MalformedFileException e -> err.println("quern: " + e.getMessage());
      case IllegalArgumentException e -> err.println("quern: " + e.getMessage());
      case UncheckedIOException e ->
          err.println("quern: " + disk(Objects.requireNonNull(e.getCause())));
      case IOException e -> err.println("quern: " + disk(e));
      case OutOfMemoryError e ->
          err.println(
              "quern: out of memory ("
                  + e.getMessage()
                  + "); give Java more: QUERN_JAVA_OPTIONS=-Xmx8g");
      default -> bug(failure, err);
    }
    return ExitCode.FAILED;
  }

  private static void problems(List<String> problems, PrintWriter err) {
    problems.stream().limit(SHOWN).forEach(problem -> err.println("quern: " + problem));
    if (problems.size() > SHOWN) {
      err.println("quern: and " + Units.count(problems.size() - SHOWN, "more problem"));
    }
  }

  private static String disk(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> e.getFile() + ": no such file or folder";
      case AccessDeniedException e -> e.getFile() + ": no permission";
      case FileAlreadyExistsException e -> e.getFile() + ": exists and is not a folder";
      case FileSystemException e ->
          e.getFile() + ": " + Objects.requireNonNullElse(e.getReason(), "cannot be used");
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static void bug(Throwable failure, PrintWriter err) {
    err.println("quern: this is a mistake in quern, please report it: " + failure);
    for (StackTraceElement element : failure.getStackTrace()) {
      err.println("    at " + element);
    }
  }
}
