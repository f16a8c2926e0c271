package dev.quern.formats;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/// A tensor of a checkpoint, as its file stores it.
///
/// @param name its name in the checkpoint, such as `model.layers.0.self_attn.q_proj.weight`
/// @param dtype the type of its numbers
/// @param shape extents in GGML's order (the reverse of what PyTorch prints), row length first; a
///   tensor of rank 0 has the shape 1
/// @param data its numbers, as many as the shape says
/// @param file where it lies
public record SourceTensor(String name, DType dtype, Shape shape, SourceData data, Path file) {
  public SourceTensor {
    long wanted = dtype.bytes(shape.elements());
    Optional<MemorySegment> mapped = data.mapped();
    if (mapped.isPresent() && mapped.get().byteSize() != wanted) {
      throw new IllegalArgumentException(
          name
              + " has "
              + mapped.get().byteSize()
              + " bytes, "
              + dtype
              + " "
              + shape
              + " wants "
              + wanted);
    }
  }

  /// A tensor whose numbers lie in `bytes`, little-endian, rows one after another without gaps, not
  /// necessarily aligned; borrowed until the checkpoint is closed.
  public SourceTensor(String name, DType dtype, Shape shape, MemorySegment bytes, Path file) {
    this(name, dtype, shape, new InPlace(bytes, dtype), file);
  }

  /// Bytes of all its numbers.
  public long byteSize() {
    return dtype.bytes(shape.elements());
  }

  /// All its numbers, little-endian, rows one after another without gaps: in place when the file
  /// has them so (see [SourceData#mapped()]), else a copy as large as the tensor. Borrowed until
  /// the checkpoint is closed, readable by any thread, not necessarily aligned.
  public MemorySegment bytes() {
    return data.mapped().orElseGet(this::copy);
  }

  private MemorySegment copy() {
    MemorySegment copy = Arena.ofAuto().allocate(byteSize());
    data.read(0, shape.elements(), copy);
    return copy;
  }

  private record InPlace(MemorySegment bytes, DType dtype) implements SourceData {
    @Override
    public Optional<MemorySegment> mapped() {
      return Optional.of(bytes);
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      MemorySegment.copy(bytes, dtype.bytes(first), into, 0, dtype.bytes(count));
    }
  }
}
