package dev.quern.verifier;

import dev.quern.formats.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A list of SHA-256 checksums that `sha256sum --check` reads.
///
/// A line is 64 hexadecimal digits, two spaces and the file's name. In a name, backslash, line feed
/// and carriage return are written `\\`, `\n` and `\r`, and the line then begins with a backslash.
public final class Sha256Sums {
  private static final int BUFFER = 1 << 20;

  private Sha256Sums() {}

  /// The checksum of `file` in lower-case hexadecimal.
  ///
  /// @throws UncheckedIOException if it cannot be read
  public static String of(Path file) {
    Sha256 sum = new Sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sum.add(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.hex();
  }

  /// Writes `list`, one line for each of `files`, which are named relative to the list's folder.
  ///
  /// @throws UncheckedIOException if a file cannot be read or the list cannot be written
  public static void write(Path list, List<Path> files) {
    Path folder = list.toAbsolutePath().normalize().getParent();
    StringBuilder lines = new StringBuilder();
    for (Path file : files) {
      Path absolute = file.toAbsolutePath().normalize();
      Path relative = folder == null ? absolute : folder.relativize(absolute);
      lines.append(line(of(file), relative.toString().replace('\\', '/')));
    }
    WholeFile.write(list, lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  static String line(String checksum, String name) {
    String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    String mark = escaped.equals(name) ? "" : "\\";
    return mark + checksum + "  " + escaped + "\n";
  }
}
