package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An encoder that takes one block after the other.
final class ScalarEncoder implements RowEncoder {
  /// Encodes one block.
  interface Block {
    /// Writes the block of the weights from `x[at]` to `out[to]` and on.
    void encode(float[] x, int at, byte[] out, int to);

    /// As above, where errors count as `importance` says.
    default void encode(float[] x, int at, Importance importance, byte[] out, int to) {
      encode(x, at, out, to);
    }
  }

  private final GgmlType type;
  private final Block block;
  private final byte[] bytes;

  ScalarEncoder(GgmlType type, Block block) {
    this.type = type;
    this.block = block;
    this.bytes = new byte[type.blockBytes()];
  }

  @Override
  public void encode(float[] x, int at, int n, MemorySegment out, long to) {
    int blocks = Blocks.count(type, n);
    for (int b = 0; b < blocks; b++) {
      block.encode(x, at + b * type.blockSize(), bytes, 0);
      MemorySegment.copy(
          bytes, 0, out, ValueLayout.JAVA_BYTE, to + (long) b * bytes.length, bytes.length);
    }
  }

  @Override
  public void encode(
      float[] x, int at, int n, float[] importance, int from, MemorySegment out, long to) {
    int blocks = Blocks.count(type, n);
    Importance.Row row = new Importance.Row(importance, from, x, at, n);
    for (int b = 0; b < blocks; b++) {
      int first = b * type.blockSize();
      block.encode(x, at + first, row.from(first), bytes, 0);
      MemorySegment.copy(
          bytes, 0, out, ValueLayout.JAVA_BYTE, to + (long) b * bytes.length, bytes.length);
    }
  }
}
