package dev.quern.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/// Sound files to begin fuzzing with, and how an input is judged.
public final class FuzzSeeds {
  private FuzzSeeds() {}

  /// The golden files called `names`.
  public static Stream<byte[]> golden(String... names) {
    return Stream.of(names).map(Golden::bytes);
  }

  /// The test resources called `names`, beside `beside`.
  public static Stream<byte[]> beside(Class<?> beside, String... names) {
    return Stream.of(names).map(name -> bytes(beside, name));
  }

  private static byte[] bytes(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A refusal in one line is right; whatever else is thrown is a fault of the reader.
  public static void readOrRefused(Runnable reading) {
    try {
      reading.run();
    } catch (MalformedFileException e) {
      if (String.valueOf(e.getMessage()).contains("\n")) {
        throw new AssertionError("more than one line: " + e.getMessage(), e);
      }
    }
  }

  /// Puts `bytes` in a new `file`: to cut one and write it again makes some file systems wait for
  /// the disk.
  public static Path write(Path file, byte[] bytes) {
    try {
      Files.deleteIfExists(file);
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
