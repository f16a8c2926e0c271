package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// NVFP4 as PyTorch's libraries store it, scales apart from the numbers and neighbours in a byte,
/// as blocks of GGML: the scales of four groups of 16 weights, then 8 bytes for each group of which
/// byte `i` holds weights `i` and `8 + i`.
///
/// @param weight the numbers, 8 bytes for each group, the first of two in the low nibble
/// @param numbers their bytes
/// @param groups a float of 8 bits for each group
/// @param weights how many there are, a multiple of 64
/// @param scales what the values are multiplied with
/// @param inputScales what inputs are scaled by
record Nvfp4Blocks(
    SourceTensor weight,
    StoredBytes numbers,
    StoredBytes groups,
    long weights,
    List<Float> scales,
    List<Float> inputScales)
    implements BlockData {
  private static final int SIZE = 64;
  private static final int GROUPS = 4;
  private static final int BYTES = 36;

  /// The blocks of `weight`, or null if its rows are no whole number of them.
  static @Nullable BlockData of(
      SourceTensor weight, SourceTensor scale, Shape shape, float global, float inputs) {
    if (shape.rowLength() % SIZE != 0) {
      return null;
    }
    return new Nvfp4Blocks(
        weight,
        StoredTensors.bytes(weight),
        StoredTensors.bytes(scale),
        shape.elements(),
        isOne(global) ? List.of() : List.of(global),
        isOne(inputs) ? List.of() : List.of(inputs));
  }

  /// As the reference converter takes it, which then writes no scale.
  private static boolean isOne(float scale) {
    return Math.abs(scale - 1) < 1e-6f;
  }

  @Override
  public GgmlType type() {
    return GgmlType.NVFP4;
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, weights);
    GgmlType.NVFP4.bytes(first);
    Objects.checkFromIndexSize(0, GgmlType.NVFP4.bytes(count), into.byteSize());
    for (long block = 0; block < count / SIZE; block++) {
      for (int i = 0; i < GROUPS; i++) {
        long group = (first / SIZE + block) * GROUPS + i;
        into.set(Le.BYTE, block * BYTES + i, scale(group));
        Mxfp4Blocks.interleave(numbers, group * 8, 8, into, block * BYTES + GROUPS + 8L * i);
      }
    }
  }

  /// The scale of a group, which GGML keeps without its sign and takes for 0 if it is no number.
  private byte scale(long group) {
    byte bits = groups.byteAt(group);
    if (bits < 0 || bits == 127) {
      throw StoredTensors.malformed(
          weight,
          "has the scale %s for weights %d to %d, which GGML's NVFP4 cannot hold; another type can"
              .formatted(
                  bits == 127 || bits == -1 ? "NaN" : "below 0", 16 * group, 16 * group + 15));
    }
    return bits;
  }
}
