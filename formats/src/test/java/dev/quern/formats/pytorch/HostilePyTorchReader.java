package dev.quern.formats.pytorch;

import dev.quern.formats.MalformedFileException;
import java.nio.file.Path;

/// Opens files in a small virtual machine of its own and prints what is said of each, and how many
/// milliseconds that took.
final class HostilePyTorchReader {
  private HostilePyTorchReader() {}

  public static void main(String[] files) {
    for (String file : files) {
      long start = System.nanoTime();
      try {
        PyTorchFile.open(Path.of(file)).close();
        System.out.println(file + ": read");
      } catch (MalformedFileException e) {
        System.out.println(e.getMessage());
      }
      System.out.println((System.nanoTime() - start) / 1_000_000);
    }
  }
}
