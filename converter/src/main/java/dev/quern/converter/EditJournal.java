package dev.quern.converter;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.gguf.GgufFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Writes a header over another so that an interruption does no harm.
///
/// The new header goes first into a file beside the model, whole and on the disk before it gets its
/// name; then over the old one; then the journal is deleted. As long as the journal has no name the
/// old header is untouched; from then on the new one is known, and [#finish] writes it however
/// often. Readers refuse a model that has a journal, and a hook holds the end of the process back
/// until a write that has begun is over.
///
/// | bytes | content                                                                     |
/// |------:|-----------------------------------------------------------------------------|
/// |     8 | `QUERNED1`                                                                   |
/// |     8 | bytes of the model's file                                                    |
/// |     4 | CRC-32C of up to 1 MiB of the file behind the header                         |
/// |     4 | CRC-32C of the new header                                                    |
/// |     … | the new header, as long as the old one                                       |
final class EditJournal {
  private static final long MAGIC = 0x3144454e52455551L;
  private static final int FIXED = 24;
  private static final int CHECKED = 1 << 20;

  private final Path file;
  private final Path journal;

  EditJournal(Path file) {
    this.file = file;
    this.journal = GgufFile.journalOf(file);
  }

  /// Puts `header` in the place of a header of the same length.
  void write(byte[] header) {
    Object writing = new Object();
    Thread wait =
        new Thread(
            () -> {
              synchronized (writing) {
                // the write is over
              }
            },
            "wait for the header of " + file);
    Runtime.getRuntime().addShutdownHook(wait);
    try {
      synchronized (writing) {
        note(header);
        finish();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      forget(wait);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending: the hook runs
      return;
    }
  }

  /// Writes the journal, the first half of [#write].
  void note(byte[] header) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[FIXED + header.length]);
    bytes.set(Le.LONG, 0, MAGIC);
    bytes.set(Le.LONG, 8, Files.size(file));
    bytes.set(Le.INT, 16, dataSum(header.length));
    bytes.set(Le.INT, 20, sum(header, 0, header.length));
    MemorySegment.copy(header, 0, bytes, Le.BYTE, FIXED, header.length);
    try (PartialFile noted = PartialFile.create(journal, bytes.byteSize())) {
      noted.write(bytes.asByteBuffer(), 0);
      noted.commit();
    }
    forceFolder();
  }

  /// True if an edit was begun and not ended.
  boolean isOpen() {
    return Files.exists(journal);
  }

  /// Writes what the journal says and deletes it.
  ///
  /// @throws MalformedFileException if the journal is damaged or of another file
  void finish() throws IOException {
    byte[] all = Files.readAllBytes(journal);
    MemorySegment bytes = MemorySegment.ofArray(all);
    if (all.length < FIXED
        || bytes.get(Le.LONG, 0) != MAGIC
        || bytes.get(Le.INT, 20) != sum(all, FIXED, all.length - FIXED)) {
      throw new MalformedFileException(
          journal, "damaged; delete it, and fetch the model again if it does not open");
    }
    int length = all.length - FIXED;
    if (bytes.get(Le.LONG, 8) != Files.size(file) || bytes.get(Le.INT, 16) != dataSum(length)) {
      throw new MalformedFileException(
          journal, "of an edit of another file than " + file + " is now; delete it");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer header = ByteBuffer.wrap(all, FIXED, length);
      while (header.hasRemaining()) {
        channel.write(header, header.position() - FIXED);
      }
      channel.force(true);
    }
    Files.delete(journal);
    forceFolder();
  }

  private int dataSum(long from) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(CHECKED);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long at = from;
      while (data.hasRemaining()) {
        int count = channel.read(data, at);
        if (count < 0) {
          break;
        }
        at += count;
      }
    }
    return sum(data.array(), 0, data.position());
  }

  private static int sum(byte[] bytes, int from, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, length);
    return (int) sum.getValue();
  }

  /// Makes names durable, where folders can be opened.
  private void forceFolder() {
    try (FileChannel folder =
        FileChannel.open(PartialFile.folderOf(file), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      // some systems open no folders; they order renames themselves
      return;
    }
  }
}
