package dev.quern.verifier;

import dev.quern.formats.MalformedFileException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The scores of finished pieces, on disk: an evaluation that was interrupted goes on behind them.
///
/// | bytes | meaning                                                       |
/// |------:|---------------------------------------------------------------|
/// |     8 | `quernjnl`                                                    |
/// |     4 | length of the settings, and the settings: lines of UTF-8      |
/// |       | for each piece in order:                                      |
/// |     4 | - length of its scores, and the scores                        |
/// |     8 | - CRC-32 of the scores                                        |
///
/// Numbers are big-endian. A last piece that was not written whole is computed again.
public final class Journal implements AutoCloseable {
  private static final byte[] MAGIC = "quernjnl".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST = 1 << 30;

  private final @Nullable RandomAccessFile file;
  private final Path path;
  private final ByteArrayOutputStream scores = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(scores);
  private @Nullable DataInputStream next;

  private Journal(Path path, @Nullable RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /// A journal that keeps nothing.
  public static Journal none() {
    return new Journal(Path.of(""), null);
  }

  /// Opens or makes `path`.
  ///
  /// @param settings all that scores depend on, a line each
  /// @throws MalformedFileException if it is no journal, or one of other settings; the message
  ///   names the first that differs
  /// @throws UncheckedIOException if the disk refuses
  public static Journal open(Path path, List<String> settings) {
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      try {
        Journal journal = new Journal(path, file);
        journal.begin(settings);
        journal.advance();
        return journal;
      } catch (RuntimeException | IOException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin(List<String> settings) throws IOException {
    RandomAccessFile open = open();
    byte[] wanted = String.join("\n", settings).getBytes(StandardCharsets.UTF_8);
    if (open.length() == 0) {
      open.write(MAGIC);
      open.writeInt(wanted.length);
      open.write(wanted);
      return;
    }
    byte[] magic = new byte[MAGIC.length];
    open.readFully(magic, 0, (int) Math.min(magic.length, open.length()));
    int length = open.length() < 12 ? -1 : open.readInt();
    if (!Arrays.equals(magic, MAGIC) || length < 0 || length > open.length() - 12) {
      throw new MalformedFileException(path, "not a journal of quern; name another file");
    }
    byte[] found = new byte[length];
    open.readFully(found);
    requireSame(settings, new String(found, StandardCharsets.UTF_8).lines().toList());
  }

  private void requireSame(List<String> wanted, List<String> found) {
    for (int i = 0; i < Math.max(wanted.size(), found.size()); i++) {
      String here = i < wanted.size() ? wanted.get(i) : "nothing";
      String there = i < found.size() ? found.get(i) : "nothing";
      if (!here.equals(there)) {
        throw new MalformedFileException(
            path,
            "a journal of another verification: it has \"%s\", and this is \"%s\"; name another file or delete it"
                .formatted(there, here));
      }
    }
  }

  private RandomAccessFile open() {
    if (file == null) {
      throw new IllegalStateException("there is no journal");
    }
    return file;
  }

  /// True if the scores of the next piece are there.
  boolean hasNext() {
    return next != null;
  }

  /// Reads scores of the next piece into the first `count` slots.
  void read(PositionScores into, int count) {
    DataInputStream in = next;
    if (in == null) {
      throw new IllegalStateException("there is no next piece");
    }
    try {
      into.read(in, count);
    } catch (IOException e) {
      throw new MalformedFileException(path, "a piece has too few scores; delete the file", e);
    }
  }

  /// Goes on to the piece after this one.
  void next() {
    try {
      advance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Finds the next whole piece; what is behind the last one is cut off.
  private void advance() throws IOException {
    RandomAccessFile open = open();
    long at = open.getFilePointer();
    next = null;
    if (open.length() - at >= 4) {
      int length = open.readInt();
      if (length >= 0 && length <= LONGEST && length <= open.length() - at - 12) {
        byte[] bytes = new byte[length];
        open.readFully(bytes);
        if (open.readLong() == checksum(bytes)) {
          next = new DataInputStream(new ByteArrayInputStream(bytes));
          return;
        }
      }
    }
    open.setLength(at);
    open.seek(at);
  }

  /// Keeps scores of the piece that is being computed.
  void write(PositionScores from, int count) {
    if (file == null) {
      return;
    }
    try {
      from.write(out, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes down the piece, which is whole.
  void finish() {
    if (file == null) {
      return;
    }
    byte[] bytes = scores.toByteArray();
    scores.reset();
    try {
      file.writeInt(bytes.length);
      file.write(bytes);
      file.writeLong(checksum(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
