package dev.quern.formats.gguf;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A GGUF file, mapped and checked. Weights and metadata arrays are borrowed from it until it is
/// closed.
public final class GgufFile implements ModelView {
  private final Path path;
  private final MemorySegment bytes;
  private final Runnable unmap;
  private final GgufHeader header;
  private final List<TensorInfo> tensors;
  private final Map<String, GgufTensor> byName;

  private GgufFile(Path path, MemorySegment bytes, HeapBudget budget, Runnable unmap) {
    this.path = path;
    this.bytes = bytes;
    this.unmap = unmap;
    this.header = GgufReader.read(path, bytes, budget);
    this.tensors = header.tensors().stream().map(GgufTensor::info).toList();
    this.byName =
        header.tensors().stream()
            .collect(
                Collectors.toUnmodifiableMap(tensor -> tensor.info().name(), Function.identity()));
  }

  /// Maps `path` and checks everything but the weights themselves.
  public static GgufFile open(Path path) {
    return open(path, HeapBudget.ofThisJvm());
  }

  /// Where an edit of `path` in place notes what it writes, until it is written.
  public static Path journalOf(Path path) {
    return path.resolveSibling("." + path.getFileName() + ".quern-edit");
  }

  /// As [#open(Path)], within what is left of `budget`.
  static GgufFile open(Path path, HeapBudget budget) {
    if (Files.exists(journalOf(path))) {
      throw new MalformedFileException(
          path, "an edit of it was interrupted; 'quern edit " + path + "' finishes it");
    }
    MappedFile mapped = MappedFile.open(path);
    try {
      return new GgufFile(path, mapped.bytes(), budget, mapped::close);
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  /// Reads `bytes` as if they were the content of `path`; the bytes stay the caller's.
  static GgufFile read(Path path, MemorySegment bytes, HeapBudget budget) {
    return new GgufFile(path, bytes, budget, () -> {});
  }

  /// The file.
  public Path path() {
    return path;
  }

  @Override
  public String name() {
    return path.toString();
  }

  /// 1, 2 or 3.
  public int version() {
    return header.version();
  }

  /// The multiple of bytes at which tensors begin.
  public int alignment() {
    return header.alignment();
  }

  /// The byte at which weights begin.
  public long dataStart() {
    return header.dataStart();
  }

  /// Bytes of the whole file.
  public long size() {
    return bytes.byteSize();
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return header.metadata();
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors;
  }

  /// The tensor table with the place of every tensor in the file.
  public List<GgufTensor> table() {
    return header.tensors();
  }

  @Override
  public Optional<TensorData> tensor(String name) {
    return Optional.ofNullable(byName.get(name))
        .map(
            tensor ->
                new MappedTensor(
                    tensor.info(), bytes.asSlice(tensor.offset(), tensor.info().bytes())));
  }

  @Override
  public void close() {
    unmap.run();
  }
}
