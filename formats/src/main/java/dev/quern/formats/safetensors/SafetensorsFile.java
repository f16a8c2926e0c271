package dev.quern.formats.safetensors;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MappedFile;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One safetensors file, mapped and checked.
public final class SafetensorsFile implements Checkpoint {
  private final Path path;
  private final Runnable unmap;
  private final Map<String, String> metadata;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;

  private SafetensorsFile(Path path, SafetensorsHeader header, Runnable unmap) {
    this(path, header, header.tensors(), unmap);
  }

  private SafetensorsFile(
      Path path, SafetensorsHeader header, List<SourceTensor> tensors, Runnable unmap) {
    this.path = path;
    this.unmap = unmap;
    this.metadata = header.metadata();
    this.tensors = tensors;
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
  }

  /// Maps `path` and checks its header.
  public static SafetensorsFile open(Path path) {
    return open(path, HeapBudget.ofThisJvm());
  }

  static SafetensorsFile open(Path path, HeapBudget budget) {
    MappedFile mapped = MappedFile.open(path);
    try {
      return new SafetensorsFile(
          path, SafetensorsHeader.read(path, mapped.bytes(), budget), mapped::close);
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  /// Reads the header of a file that lies elsewhere; its weights are fetched when they are read.
  ///
  /// @param path what messages call it
  @SuppressWarnings("exports") // for other packages of this module
  public static SafetensorsFile remote(Path path, RemoteBytes bytes, HeapBudget budget) {
    MemorySegment first = fetch(path, bytes, Math.min(bytes.size(), 9));
    long length = bytes.size() < 9 ? 0 : first.get(Le.LONG, 0);
    long known = length > 0 && length <= SafetensorsHeader.LONGEST ? 8 + length : 9;
    MemorySegment head = fetch(path, bytes, Math.min(bytes.size(), Math.max(9, known)));
    SafetensorsHeader header = SafetensorsHeader.read(path, head, bytes.size(), budget);
    List<SourceTensor> tensors =
        header.tensors((begin, dtype, shape) -> new RemoteData(bytes, begin, dtype, shape));
    return new SafetensorsFile(path, header, tensors, () -> {});
  }

  private static MemorySegment fetch(Path path, RemoteBytes bytes, long count) {
    HeapBudget.ofThisJvm().charge(path, "header", count);
    MemorySegment head = MemorySegment.ofArray(new byte[Math.toIntExact(count)]);
    bytes.read(0, head);
    return head;
  }

  /// Numbers that are fetched when they are read.
  private record RemoteData(RemoteBytes bytes, long begin, DType dtype, Shape shape)
      implements SourceData {
    @Override
    public void read(long first, long count, MemorySegment into) {
      Objects.checkFromIndexSize(first, count, shape.elements());
      bytes.read(begin + dtype.bytes(first), into.asSlice(0, dtype.bytes(count)));
    }
  }

  /// Reads `bytes` as if they were the content of `path`; the bytes stay the caller's.
  static SafetensorsFile read(Path path, MemorySegment bytes, HeapBudget budget) {
    return new SafetensorsFile(path, SafetensorsHeader.read(path, bytes, budget), () -> {});
  }

  @Override
  public Path path() {
    return path;
  }

  /// The strings of `__metadata__`, in no particular order.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// Every tensor, by name.
  @Override
  public List<SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public void close() {
    unmap.run();
  }
}
