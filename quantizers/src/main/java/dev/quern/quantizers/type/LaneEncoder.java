package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An encoder that takes several blocks at a time.
final class LaneEncoder implements RowEncoder {
  /// Encodes up to a fixed number of blocks.
  interface Batch {
    /// Fills `out` with the `blocks` blocks of the weights from `x[at]`.
    void encode(float[] x, int at, int blocks, byte[] out);

    /// As above, where errors count as `importance` says.
    default void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
      encode(x, at, blocks, out);
    }
  }

  /// Bytes that a kernel may spoil behind the last block of a batch.
  static final int SLACK = 64;

  private static final int BLOCKS = 32; // few enough to stay in the nearest cache

  private final GgmlType type;
  private final int size;
  private final Batch batch;
  private final byte[] bytes;

  /// @param size the most blocks that `batch` takes at a time
  LaneEncoder(GgmlType type, int size, Batch batch) {
    this.type = type;
    this.size = size;
    this.batch = batch;
    this.bytes = new byte[size * type.blockBytes() + SLACK];
  }

  /// An encoder whose kernel takes one block at a time, to within [#SLACK] bytes of its end.
  static LaneEncoder ofBlocks(GgmlType type, ScalarEncoder.Block kernel) {
    return new LaneEncoder(
        type,
        BLOCKS,
        new Batch() {
          @Override
          public void encode(float[] x, int at, int blocks, byte[] out) {
            for (int b = 0; b < blocks; b++) {
              kernel.encode(x, at + b * type.blockSize(), out, b * type.blockBytes());
            }
          }

          @Override
          public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
            for (int b = 0; b < blocks; b++) {
              int first = b * type.blockSize();
              kernel.encode(x, at + first, importance.later(first), out, b * type.blockBytes());
            }
          }
        });
  }

  @Override
  public void encode(float[] x, int at, int n, MemorySegment out, long to) {
    int blocks = Blocks.count(type, n);
    for (int b = 0; b < blocks; b += size) {
      int taken = Math.min(size, blocks - b);
      batch.encode(x, at + b * type.blockSize(), taken, bytes);
      int length = taken * type.blockBytes();
      MemorySegment.copy(
          bytes, 0, out, ValueLayout.JAVA_BYTE, to + (long) b * type.blockBytes(), length);
    }
  }

  @Override
  public void encode(
      float[] x, int at, int n, float[] importance, int from, MemorySegment out, long to) {
    int blocks = Blocks.count(type, n);
    Importance.Row row = new Importance.Row(importance, from, x, at, n);
    for (int b = 0; b < blocks; b += size) {
      int taken = Math.min(size, blocks - b);
      int first = b * type.blockSize();
      batch.encode(x, at + first, row.from(first), taken, bytes);
      int length = taken * type.blockBytes();
      MemorySegment.copy(
          bytes, 0, out, ValueLayout.JAVA_BYTE, to + (long) b * type.blockBytes(), length);
    }
  }
}
