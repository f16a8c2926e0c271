package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// A tensor of a checkpoint, as its file stores it.
///
/// @param name its name in the checkpoint, such as `model.layers.0.self_attn.q_proj.weight`
/// @param dtype the type of its numbers
/// @param shape extents in GGML's order (the reverse of what PyTorch prints), row length first; a
///   tensor of rank 0 has the shape 1
/// @param bytes its numbers, little-endian, rows one after another without gaps; borrowed until the
///   checkpoint is closed, readable by any thread, not necessarily aligned
/// @param file where it lies
public record SourceTensor(String name, DType dtype, Shape shape, MemorySegment bytes, Path file) {
  public SourceTensor {
    long wanted = dtype.bytes(shape.elements());
    if (bytes.byteSize() != wanted) {
      throw new IllegalArgumentException(
          name
              + " has "
              + bytes.byteSize()
              + " bytes, "
              + dtype
              + " "
              + shape
              + " wants "
              + wanted);
    }
  }
}
