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
    PartialFile file = PartialFile.create(part.path(), part.size(), renaming);
    files.add(file);
    return file;
  }

  /// Puts every file in the place of its target.
  void commit() throws IOException {
    for (PartialFile file : files) {
      file.force();
    }
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
