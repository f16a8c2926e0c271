package dev.quern.verifier;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.ErrorMeter;
import dev.quern.quantizers.ErrorSums;
import java.lang.foreign.MemorySegment;

/// Two tensors of one name, read side by side.
final class TensorPair {
  /// Weights that are held at a time; a multiple of every block size.
  private static final int RUN = 1 << 16;

  private final TensorData first;
  private final TensorData second;
  private final ErrorMeter meter = new ErrorMeter();
  private float[] x = {};
  private float[] y = {};
  private ErrorSums sums = ErrorSums.NONE;
  private float largest;
  private boolean same = true;

  TensorPair(TensorData first, TensorData second) {
    this.first = first;
    this.second = second;
  }

  TensorDifference compare() {
    TensorInfo info = first.info();
    if (!info.shape().equals(second.info().shape())) {
      return new TensorDifference.Reshaped(info, second.info());
    }
    same = info.type() == second.info().type();
    if (same && isMappedAlike()) {
      return new TensorDifference.Equal(info);
    }
    compareRows(info);
    return same
        ? new TensorDifference.Equal(info)
        : new TensorDifference.Changed(info, second.info(), sums.relative(), largest);
  }

  /// True if both lie in memory and are the same to the byte, which is soon told.
  private boolean isMappedAlike() {
    return first.mapped().isPresent()
        && second.mapped().isPresent()
        && first.mapped().get().mismatch(second.mapped().get()) == -1;
  }

  private void compareRows(TensorInfo info) {
    long rows = info.shape().rows();
    long length = info.shape().rowLength();
    long step = RowWindow.count(first, RUN, length);
    int run = (int) Math.min(RUN, info.shape().elements());
    x = new float[run];
    y = new float[run];
    try (RowWindow left = new RowWindow(first, step);
        RowWindow right = new RowWindow(second, step)) {
      for (long row = 0; row < rows; row += step) {
        long count = Math.min(step, rows - row);
        compareRuns(left.rows(row, count), right.rows(row, count), count * length);
      }
    }
  }

  private void compareRuns(MemorySegment left, MemorySegment right, long elements) {
    for (long from = 0; from < elements; from += RUN) {
      int count = (int) Math.min(RUN, elements - from);
      compare(slice(left, first, from, count), slice(right, second, from, count), count);
    }
  }

  private static MemorySegment slice(MemorySegment all, TensorData data, long from, int count) {
    GgmlType type = data.info().type();
    return all.asSlice(type.bytes(from), type.bytes(count));
  }

  private void compare(MemorySegment left, MemorySegment right, int count) {
    same = same && left.mismatch(right) == -1;
    decode(first.info().type(), left, x, count);
    decode(second.info().type(), right, y, count);
    sums = sums.plus(meter.measure(x, y, count));
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
  }

  private static void decode(GgmlType type, MemorySegment bytes, float[] out, int count) {
    if (BlockCodecs.find(type).isPresent()) {
      BlockCodecs.of(type).decode(bytes, 0, out, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      out[i] = number(type, bytes, i);
    }
  }

  private static float number(GgmlType type, MemorySegment bytes, int at) {
    return switch (type) {
      case I8 -> bytes.get(Le.BYTE, at);
      case I16 -> bytes.get(Le.SHORT, 2L * at);
      case I32 -> bytes.get(Le.INT, 4L * at);
      case I64 -> bytes.get(Le.LONG, 8L * at);
      case F64 -> (float) bytes.get(Le.DOUBLE, 8L * at);
      default -> throw new IllegalArgumentException("no weights of " + type + " can be read");
    };
  }
}
