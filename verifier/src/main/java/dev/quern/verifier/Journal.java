package dev.quern.verifier;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.journal.JournalFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scores of finished pieces, on disk, a record each in order: an evaluation that was
/// interrupted goes on behind them. A last piece that was not written whole is computed again.
public final class Journal implements AutoCloseable {
  private static final JournalFile.Owner OWNER =
      new JournalFile.Owner("verification", "name another file or delete it");

  private final @Nullable JournalFile file;
  private final ByteArrayOutputStream scores = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(scores);
  private @Nullable DataInputStream next;

  private Journal(@Nullable JournalFile file) {
    this.file = file;
  }

  /// A journal that keeps nothing.
  public static Journal none() {
    return new Journal(null);
  }

  /// Opens or makes `path`.
  ///
  /// @param settings all that scores depend on, a line each
  /// @throws MalformedFileException if it is no journal, or one of other settings; the message
  ///   names the first that differs
  /// @throws UncheckedIOException if the disk refuses
  public static Journal open(Path path, List<String> settings) {
    Journal journal = new Journal(JournalFile.open(path, OWNER, settings));
    journal.next();
    return journal;
  }

  /// True if the scores of the next piece are there.
  boolean hasNext() {
    return next != null;
  }

  /// Reads scores of the next piece into the first `count` slots.
  void read(PositionScores into, int count) {
    DataInputStream in = next;
    if (in == null || file == null) {
      throw new IllegalStateException("there is no next piece");
    }
    try {
      into.read(in, count);
    } catch (IOException e) {
      throw new MalformedFileException(
          file.path(), "a piece has too few scores; delete the file", e);
    }
  }

  /// Goes on to the piece after this one.
  void next() {
    if (file == null) {
      throw new IllegalStateException("there is no journal");
    }
    next =
        file.next().map(bytes -> new DataInputStream(new ByteArrayInputStream(bytes))).orElse(null);
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
    file.append(scores.toByteArray());
    scores.reset();
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
