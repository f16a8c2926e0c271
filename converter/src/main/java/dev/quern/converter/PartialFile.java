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

/// A file that is written beside its target and takes its name when it is whole. Closed before
/// that, or when the process is interrupted, it disappears.
final class PartialFile implements AutoCloseable {
  private final Path target;
  private final Path path;
  private final FileChannel channel;
  private final Thread cleanup;
  private final ReentrantLock renaming;
  private boolean committed;

  private PartialFile(Path target, Path path, FileChannel channel, ReentrantLock renaming) {
    this.renaming = renaming;
    this.target = target;
    this.path = path;
    this.channel = channel;
    this.cleanup = new Thread(this::delete, "delete " + path);
    Runtime.getRuntime().addShutdownHook(cleanup);
  }

  /// Begins a file of `size` bytes for `target`, whose folder is made when it is missing.
  static PartialFile create(Path target, long size) {
    return create(target, size, new ReentrantLock());
  }

  /// The same for one of several; it is not deleted while `renaming` is held.
  static PartialFile create(Path target, long size, ReentrantLock renaming) {
    Path folder = folderOf(target);
    try {
      Files.createDirectories(folder);
      // not a temporary file of the JDK's, which would be private to its owner
      Path path =
          folder.resolve(
              "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      if (size > 0) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
      return new PartialFile(target, path, channel, renaming);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The folder that `target` lies in.
  static Path folderOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  /// Writes all of `bytes` at `position`; any thread may.
  void write(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
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

  /// Waits until all that was written is on the disk; nothing can be written any more.
  void force() throws IOException {
    channel.force(true);
    channel.close();
  }

  /// Gives the file its name; the caller holds the lock.
  void rename() throws IOException {
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
    }
    committed = true;
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

  private void forgetCleanup() {
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
      if (!committed) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      renaming.unlock();
    }
  }
}
