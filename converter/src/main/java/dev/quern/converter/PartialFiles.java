package dev.quern.converter;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Files that take their names together: when the process is interrupted either all of them appear
/// or none.
///
/// They are all on the disk before the first is renamed, and the hook that deletes them on
/// interruption waits for a renaming that has begun. Only a machine that stops between two renames
/// leaves some of them.
final class PartialFiles implements AutoCloseable {
  private final ReentrantLock renaming = new ReentrantLock();
  private final List<PartialFile> files = new ArrayList<>();

  /// Begins one more file, for `part`.
  PartialFile add(PlannedPart part) {
    return add(PartialFile.create(part.path(), part.size(), renaming));
  }

  /// Goes on with the file that is kept for `part`, or begins it; see [PartialFile#keep].
  PartialFile keep(PlannedPart part, boolean goesOn) {
    return add(PartialFile.keep(part.path(), part.size(), goesOn, renaming));
  }

  private PartialFile add(PartialFile file) {
    files.add(file);
    return file;
  }

  /// Waits until all that was written is on the disk.
  void force() throws IOException {
    for (PartialFile file : files) {
      file.force();
    }
  }

  /// Has all files deleted when they are closed.
  void discard() {
    files.forEach(PartialFile::discard);
  }

  /// Puts every file in the place of its target.
  void commit() throws IOException {
    force();
    List<PartialFile> fresh = new ArrayList<>();
    renaming.lock();
    try {
      for (PartialFile file : files) {
        boolean replaces = Files.exists(file.target());
        file.rename();
        if (!replaces) {
          fresh.add(file);
        }
      }
    } catch (IOException e) {
      for (PartialFile file : fresh) {
        Files.deleteIfExists(file.target());
      }
      throw e;
    } finally {
      renaming.unlock();
    }
  }

  @Override
  public void close() {
    files.forEach(PartialFile::close);
  }
}
