package dev.quern.converter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A file that is written beside its target and takes its name when it is whole. Closed before
/// that, or when the process is interrupted, it disappears, unless it is kept for a later process.
final class PartialFile implements AutoCloseable {
  private final Path target;
  private final Path path;
  private final FileChannel channel;
  private final @Nullable Thread cleanup;

  /// Linux lets one thread at a time write to a file, and others spin meanwhile.
  private final ReentrantLock writing = new ReentrantLock();

  private final ReentrantLock renaming;
  private final boolean goesOn;
  private boolean stays;

  private PartialFile(
      Path target, Path path, FileChannel channel, ReentrantLock renaming, boolean kept) {
    this.goesOn = kept;
    this.renaming = renaming;
    this.target = target;
    this.path = path;
    this.channel = channel;
    this.stays = kept;
    this.cleanup = kept ? null : new Thread(this::delete, "delete " + path);
    if (cleanup != null) {
      Runtime.getRuntime().addShutdownHook(cleanup);
    }
  }

  /// Begins a file of `size` bytes for `target`, whose folder is made when it is missing.
  static PartialFile create(Path target, long size) {
    return create(target, size, new ReentrantLock());
  }

  /// The same for one of several; it is not deleted while `renaming` is held.
  static PartialFile create(Path target, long size, ReentrantLock renaming) {
    try {
      Files.createDirectories(folderOf(target));
      // not a temporary file of the JDK's, which would be private to its owner
      Path path = hidden(target, "." + ProcessHandle.current().pid() + ".part");
      return new PartialFile(target, path, open(path, size, false), renaming, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Goes on with the file that is kept for `target` (see [#keptFor]), or begins it.
  ///
  /// @param goesOn true if what is there is of use; the target itself is, when it was renamed
  ///   already
  static PartialFile keep(Path target, long size, boolean goesOn, ReentrantLock renaming) {
    Path path = keptFor(target);
    try {
      if (goesOn
          && !Files.exists(path)
          && Files.isRegularFile(target)
          && Files.size(target) == size) {
        Files.move(target, path);
      }
      return new PartialFile(target, path, open(path, size, goesOn), renaming, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is kept of `target` while it is not whole.
  static Path keptFor(Path target) {
    return hidden(target, ".part");
  }

  private static Path hidden(Path target, String ending) {
    return folderOf(target).resolve("." + target.getFileName() + ending);
  }

  private static FileChannel open(Path path, long size, boolean goesOn) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel.truncate(goesOn ? size : 0);
    if (channel.size() < size) {
      channel.write(ByteBuffer.allocate(1), size - 1);
    }
    return channel;
  }

  /// The folder that `target` lies in.
  static Path folderOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  /// Writes all of `bytes` at `position`; any thread may.
  void write(ByteBuffer bytes, long position) throws IOException {
    writing.lock();
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } finally {
      writing.unlock();
    }
  }

  /// Writes the first bytes, unless they are there.
  void begin(ByteBuffer header) throws IOException {
    if (goesOn) {
      ByteBuffer there = ByteBuffer.allocate(header.remaining());
      read(there, 0);
      if (there.flip().equals(header)) {
        return;
      }
    }
    write(header, 0);
  }

  /// Fills `bytes` with what is at `position`; zeros where nothing was written.
  void read(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int count = channel.read(bytes, at);
      if (count < 0) {
        throw new IOException(path + " became shorter while it was read");
      }
      at += count;
    }
  }

  /// Where it will be.
  Path target() {
    return target;
  }

  /// Puts the whole file in the place of the target.
  void commit() throws IOException {
    force();
    renaming.lock();
    try {
      rename();
    } finally {
      renaming.unlock();
    }
  }

  /// Waits until all that was written is on the disk.
  void force() throws IOException {
    channel.force(true);
  }

  /// Gives the file its name; the caller holds the lock.
  void rename() throws IOException {
    channel.close();
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
    }
    stays = true;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete();
      forgetCleanup();
    }
  }

  /// Has the file deleted when it is closed, though it was to be kept.
  void discard() {
    stays = false;
  }

  private void forgetCleanup() {
    if (cleanup == null) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      // the process is ending: the hook runs
      return;
    }
  }

  private void delete() {
    renaming.lock();
    try {
      if (!stays) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      renaming.unlock();
    }
  }
}
