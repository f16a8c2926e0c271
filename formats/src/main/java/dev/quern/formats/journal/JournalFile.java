package dev.quern.formats.journal;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// Records of finished work, on disk, that are read again when the work goes on.
///
/// | bytes | meaning                                                        |
/// |------:|----------------------------------------------------------------|
/// |     8 | `quernjnl`                                                     |
/// |     4 | length of the settings, and the settings: lines of UTF-8       |
/// |       | for each record:                                               |
/// |     4 | - its length, and its bytes                                    |
/// |     8 | - CRC-32 of the bytes                                          |
///
/// Numbers are big-endian. What is behind the last whole record is cut off. One process at a time
/// has a journal open.
public final class JournalFile implements AutoCloseable {
  private static final byte[] MAGIC = "quernjnl".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST = 1 << 30;

  private final Path path;
  private final FileChannel channel;
  private boolean goesOn;

  private JournalFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// Whose journal it is, for messages.
  ///
  /// @param work what is written down, such as `verification`
  /// @param remedy what to do about a journal of other settings
  public record Owner(String work, String remedy) {}

  /// Opens or makes `path`; the first record is read first.
  ///
  /// @param settings all that records depend on, a line each
  /// @throws MalformedFileException if it is no journal, one of other settings, which the message
  ///   names, or one that another process has open
  public static JournalFile open(Path path, Owner owner, List<String> settings) {
    return open(path, owner, settings, false);
  }

  /// The same, but a journal of other settings is begun anew.
  public static JournalFile openOrReplace(Path path, Owner owner, List<String> settings) {
    return open(path, owner, settings, true);
  }

  private static JournalFile open(
      Path path, Owner owner, List<String> settings, boolean replaceOthers) {
    try {
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        JournalFile journal = new JournalFile(path, channel);
        journal.lock();
        journal.begin(owner, settings, replaceOthers);
        return journal;
      } catch (RuntimeException | IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void lock() throws IOException {
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      locked = false;
    }
    if (!locked) {
      throw new MalformedFileException(path, "another run of quern is writing it");
    }
  }

  private void begin(Owner owner, List<String> settings, boolean replaceOthers) throws IOException {
    byte[] header = header(settings);
    byte[] there = read(0, (int) Math.min(channel.size(), header.length));
    boolean cutShort = there.length < header.length;
    if (cutShort && Arrays.equals(there, Arrays.copyOf(header, there.length))) {
      writeAll(ByteBuffer.wrap(header), 0);
      force();
      return;
    }
    List<String> found = settingsThere();
    List<String> wanted = String.join("\n", settings).lines().toList();
    if (found.equals(wanted)) {
      goesOn = true;
      return;
    }
    if (!replaceOthers) {
      throw different(owner, wanted, found);
    }
    channel.truncate(0);
    writeAll(ByteBuffer.wrap(header), 0);
    force();
  }

  private static byte[] header(List<String> settings) {
    byte[] text = String.join("\n", settings).getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = ByteBuffer.allocate(MAGIC.length + 4 + text.length);
    return header.put(MAGIC).putInt(text.length).put(text).array();
  }

  private List<String> settingsThere() throws IOException {
    int fixed = MAGIC.length + 4;
    byte[] begin = read(0, (int) Math.min(channel.size(), fixed));
    int length = begin.length < fixed ? -1 : ByteBuffer.wrap(begin).getInt(MAGIC.length);
    if (!Arrays.equals(MAGIC, Arrays.copyOf(begin, MAGIC.length))
        || length < 0
        || length > channel.size() - fixed) {
      throw new MalformedFileException(path, "not a journal of quern; move it away");
    }
    channel.position(fixed + (long) length);
    return new String(read(fixed, length), StandardCharsets.UTF_8).lines().toList();
  }

  private MalformedFileException different(Owner owner, List<String> wanted, List<String> found) {
    int at = 0;
    while (line(wanted, at).equals(line(found, at))) {
      at++;
    }
    return new MalformedFileException(
        path,
        "a journal of another %s: it has \"%s\", and this is \"%s\"; %s"
            .formatted(owner.work, line(found, at), line(wanted, at), owner.remedy));
  }

  private static String line(List<String> settings, int at) {
    return at < settings.size() ? settings.get(at) : "nothing";
  }

  /// True if there was a journal of the same settings.
  public boolean goesOn() {
    return goesOn;
  }

  /// The next record that is whole; if there is none, what is behind the last is cut off.
  public Optional<byte[]> next() {
    try {
      long at = channel.position();
      long left = channel.size() - at;
      if (left >= 12) {
        int length = ByteBuffer.wrap(read(at, 4)).getInt();
        if (length >= 0 && length <= LONGEST && length <= left - 12) {
          byte[] bytes = read(at + 4, length);
          if (ByteBuffer.wrap(read(at + 4 + length, 8)).getLong() == checksum(bytes)) {
            channel.position(at + 12 + length);
            return Optional.of(bytes);
          }
        }
      }
      channel.truncate(at);
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes a record behind the last one that was read or written.
  public void append(byte[] record) {
    ByteBuffer bytes = ByteBuffer.allocate(record.length + 12);
    bytes.putInt(record.length).put(record).putLong(checksum(record)).flip();
    try {
      writeAll(bytes, channel.position());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until all that was written is on the disk.
  public void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The file.
  public Path path() {
    return path;
  }

  /// Closes the file and deletes it: the work is done.
  public void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      close();
    }
  }

  private byte[] read(long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new MalformedFileException(path, "became shorter while it was read");
      }
    }
    return bytes.array();
  }

  private void writeAll(ByteBuffer bytes, long at) throws IOException {
    channel.position(at);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
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
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
