package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tensors of zeros in heap memory.
final class HeapCheckpoint implements Checkpoint {
  private final List<SourceTensor> tensors = new ArrayList<>();

  HeapCheckpoint add(String name, long... extents) {
    Shape shape = Shape.of(extents);
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) (4 * shape.elements())]);
    tensors.add(new SourceTensor(name, DType.F32, shape, bytes, path()));
    return this;
  }

  HeapCheckpoint without(String name) {
    tensors.removeIf(tensor -> tensor.name().equals(name));
    return this;
  }

  void rename(String from, String to) {
    tensors.replaceAll(
        one ->
            one.name().equals(from)
                ? new SourceTensor(to, one.dtype(), one.shape(), one.bytes(), one.file())
                : one);
  }

  @Override
  public Path path() {
    return Path.of("model.safetensors");
  }

  @Override
  public List<SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }

  @Override
  public void close() {}
}
