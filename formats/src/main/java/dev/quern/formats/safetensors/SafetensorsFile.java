package dev.quern.formats.safetensors;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MappedFile;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    this.path = path;
    this.unmap = unmap;
    this.metadata = header.metadata();
    this.tensors = header.tensors();
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
