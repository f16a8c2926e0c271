package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// MXFP4 as PyTorch's libraries store it, scales apart from the numbers and neighbours in a byte,
/// as blocks of GGML: the exponent, then 16 bytes of which byte `i` holds weights `i` and `16 + i`.
///
/// @param numbers 16 bytes for each 32 weights, the first of two in the low nibble
/// @param exponents a byte for each 32 weights
/// @param weights how many there are, a multiple of 32
record Mxfp4Blocks(StoredBytes numbers, StoredBytes exponents, long weights) implements BlockData {
  private static final int SIZE = 32;
  private static final int BYTES = 17;

  @Override
  public GgmlType type() {
    return GgmlType.MXFP4;
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, weights);
    GgmlType.MXFP4.bytes(first);
    Objects.checkFromIndexSize(0, GgmlType.MXFP4.bytes(count), into.byteSize());
    for (long block = 0; block < count / SIZE; block++) {
      long source = first / SIZE + block;
      into.set(Le.BYTE, block * BYTES, exponents.byteAt(source));
      interleave(numbers, source * 16, 16, into, block * BYTES + 1);
    }
  }

  /// Turns `bytes` bytes of neighbours into bytes of which each holds a number of the first half
  /// and one of the second.
  static void interleave(StoredBytes in, long at, int bytes, MemorySegment out, long to) {
    for (int i = 0; i < bytes; i++) {
      int low = nibble(in, at, i);
      int high = nibble(in, at, bytes + i);
      out.set(Le.BYTE, to + i, (byte) (low | high << 4));
    }
  }

  private static int nibble(StoredBytes in, long at, int i) {
    return (in.byteAt(at + i / 2) >> (4 * (i % 2))) & 15;
  }
}
