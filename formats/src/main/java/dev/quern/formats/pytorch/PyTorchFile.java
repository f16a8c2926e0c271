package dev.quern.formats.pytorch;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Le;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One file of PyTorch's, mapped, its pickle run without Python, its tensors found.
public final class PyTorchFile {
  private static final int ZIP = 0x04034b50;
  private static final byte PROTO = (byte) 0x80;
  private static final String POINTER = "version https://git-lfs";

  private PyTorchFile() {}

  /// Maps `path` and finds its tensors, in the order of its dictionary.
  ///
  /// @throws MalformedFileException if it is not a file of PyTorch's, or wants more than tensors
  public static Checkpoint open(Path path) {
    return open(path, HeapBudget.ofThisJvm());
  }

  /// Opens several files, which share the memory that one may use.
  public static List<Checkpoint> openAll(List<Path> paths) {
    HeapBudget budget = HeapBudget.ofThisJvm();
    List<Checkpoint> files = new ArrayList<>();
    try {
      paths.forEach(path -> files.add(open(path, budget)));
      return files;
    } catch (RuntimeException e) {
      files.forEach(Checkpoint::close);
      throw e;
    }
  }

  /// Likewise, with a budget that several files share.
  static Checkpoint open(Path path, HeapBudget budget) {
    MappedFile mapped = MappedFile.open(path);
    try {
      return read(path, mapped.bytes(), budget, mapped::close);
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
    StateDict.Found found = StateDict.in(objects(path, bytes, budget), path, budget);
    return new ListedCheckpoint(path, found.tensors(), found.notes(), unmap);
  }

  private static Pickled objects(Path path, MemorySegment bytes, HeapBudget budget) {
    if (bytes.byteSize() >= 4 && bytes.get(Le.INT, 0) == ZIP) {
      return ZipContainer.read(path, bytes, budget);
    }
    if (TarArchive.isHeader(bytes, 0)) {
      return TarContainer.read(path, bytes, budget);
    }
    if (bytes.byteSize() > 0 && (bytes.get(Le.BYTE, 0) == PROTO || bytes.get(Le.BYTE, 0) == 'L')) {
      return SequenceContainer.read(path, bytes, budget);
    }
    String start =
        new String(
            bytes.asSlice(0, Math.min(bytes.byteSize(), POINTER.length())).toArray(Le.BYTE),
            StandardCharsets.ISO_8859_1);
    throw new MalformedFileException(
        path,
        start.equals(POINTER)
            ? "the file is a Git LFS pointer, not the weights: fetch them with git lfs pull"
            : "neither a zip archive nor a pickle nor a tar archive begins here, so it is no file of PyTorch's (at byte 0)");
  }
}
