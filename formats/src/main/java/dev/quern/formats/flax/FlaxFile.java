package dev.quern.formats.flax;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MappedFile;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of weights of Flax's or EasyLM's, mapped and checked; see the package documentation.
public final class FlaxFile {
  private FlaxFile() {}

  /// True if the file `path` begins as one of EasyLM's, or its name ends in `.msgpack`.
  public static boolean isOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    if (String.valueOf(path.getFileName()).endsWith(".msgpack")) {
      return true;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(3);
      return start.length == 3 && FlaxTree.isPair(start[0]) && FlaxTree.isName(start[1], start[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Maps `path` and finds its arrays: every one, in the order of the file, its name's parts joined
  /// by dots.
  public static Checkpoint open(Path path) {
    MappedFile mapped = MappedFile.open(path);
    try {
      return read(path, mapped.bytes(), HeapBudget.ofThisJvm(), mapped::close);
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  /// Reads `bytes` as if they were the content of `path`; the bytes stay the caller's.
  static Checkpoint read(Path path, MemorySegment bytes, HeapBudget budget) {
    return read(path, bytes, budget, () -> {});
  }

  private static Checkpoint read(
      Path path, MemorySegment bytes, HeapBudget budget, Runnable unmap) {
    FlaxTree tree = new FlaxTree(path, budget);
    tree.read(bytes);
    return new ListedCheckpoint(path, tree.tensors(), tree.notes(), unmap);
  }
}
