package dev.quern.formats.imatrix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes importance matrices, byte for byte as llama-imatrix does. A file that is there is
/// replaced once the new one is complete.
public final class ImportanceFiles {
  private ImportanceFiles() {}

  /// Both formats.
  public enum Format {
    /// The one that holds everything.
    GGUF,
    /// The older one: experts that saw nothing count 1, tensors that saw nothing are left out.
    DAT
  }

  /// Writes `matrix`, which comes from [ImportanceMerge], to `target`, one tensor at a time.
  ///
  /// @throws IllegalArgumentException if it does not come from there
  /// @throws UncheckedIOException if the disk refuses
  public static void write(ImportanceMatrix matrix, Path target, Format format) {
    if (matrix.origin().legacy() || matrix.origin().chunkSize() < 1) {
      throw new IllegalArgumentException("only a merged matrix is written");
    }
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    try {
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16)) {
          switch (format) {
            case GGUF -> new GgufMatrixWriter(matrix, out).write();
            case DAT -> new DatWriter(matrix, out).write();
          }
        }
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes `count` floats.
  static void put(OutputStream out, float[] values, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, 0, count);
    out.write(bytes.array());
  }

  /// Writes a 32-bit number.
  static void put(OutputStream out, int value) throws IOException {
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  /// Writes the length of a text, and the text.
  static void put(OutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    put(out, utf8.length);
    out.write(utf8);
  }
}
