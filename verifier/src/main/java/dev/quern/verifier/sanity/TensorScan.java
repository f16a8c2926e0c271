package dev.quern.verifier.sanity;

import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.verifier.RowWindow;
import java.lang.foreign.MemorySegment;

/// One tensor, decoded a run of weights at a time and counted. Used once, by one thread.
final class TensorScan {
  /// Weights that are held at a time; a multiple of every block size.
  private static final int RUN = 1 << 13;

  private static final int INFINITE = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private final TensorData data;
  private final TensorInfo info;
  private final BlockCodec codec;
  private final int blockSize;
  private final float[] weights;
  private long notFinite;
  private long firstNotFinite = -1;
  private long zeroRows;
  private long deadBlocks;

  /// What was counted.
  ///
  /// @param notFinite weights that are NaN or infinite
  /// @param firstNotFinite the first row that has one; -1 without
  /// @param zeroRows rows without a weight that is not zero
  /// @param deadBlocks quantized blocks of zeros in other rows
  record Counts(long notFinite, long firstNotFinite, long zeroRows, long deadBlocks) {}

  TensorScan(TensorData data) {
    this.data = data;
    this.info = data.info();
    GgmlType type = info.type();
    this.codec = BlockCodecs.of(type);
    this.blockSize = type.isQuantized() ? type.blockSize() : 0;
    this.weights = new float[(int) Math.min(RUN, info.shape().rowLength())];
  }

  Counts run() {
    long rows = info.shape().rows();
    long step = RowWindow.count(data, RUN, info.shape().rowLength());
    try (RowWindow window = new RowWindow(data, step)) {
      for (long first = 0; first < rows; first += step) {
        long count = Math.min(step, rows - first);
        MemorySegment bytes = window.rows(first, count);
        for (long row = 0; row < count; row++) {
          row(first + row, bytes, row * info.rowBytes());
        }
      }
    }
    return new Counts(notFinite, firstNotFinite, zeroRows, deadBlocks);
  }

  private void row(long row, MemorySegment bytes, long at) {
    long length = info.shape().rowLength();
    long zeroBlocks = 0;
    boolean zero = true;
    for (long from = 0; from < length; from += RUN) {
      int count = (int) Math.min(RUN, length - from);
      codec.decode(bytes, at + info.type().bytes(from), weights, 0, count);
      int largest = largestBits(weights, count);
      if (largest >= INFINITE) {
        notFinite(row, count);
      }
      zero &= largest == 0;
      zeroBlocks += blockSize == 0 ? 0 : zeroBlocks(count);
    }
    if (zero) {
      zeroRows++;
    } else {
      deadBlocks += zeroBlocks;
    }
  }

  /// The bits of the weight farthest from zero: at least those of infinity if one is not finite.
  private static int largestBits(float[] weights, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(weights[i]) & Integer.MAX_VALUE);
    }
    return largest;
  }

  private void notFinite(long row, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(weights[i])) {
        notFinite++;
      }
    }
    firstNotFinite = firstNotFinite < 0 ? row : firstNotFinite;
  }

  private long zeroBlocks(int count) {
    long zero = 0;
    for (int i = 0; i < count; i += blockSize) {
      // nearly every block begins with a weight that is not zero
      if (weights[i] == 0 && isZero(i)) {
        zero++;
      }
    }
    return zero;
  }

  private boolean isZero(int from) {
    for (int i = from; i < from + blockSize; i++) {
      if (weights[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
