package dev.quern.verifier;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.ErrorMeter;
import dev.quern.quantizers.ErrorSums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Two tensors of one name, read side by side.
final class TensorPair {
  /// Weights that are held at a time; a multiple of every block size.
  private static final int RUN = 1 << 16;

  private final TensorData first;
  private final TensorData second;
  private final ErrorMeter meter = new ErrorMeter();
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
    if (first.mapped().isPresent() && second.mapped().isPresent()) {
      compareMapped(first.mapped().get(), second.mapped().get());
    } else {
      compareRows();
    }
    return same
        ? new TensorDifference.Equal(info)
        : new TensorDifference.Changed(info, second.info(), sums.relative(), largest);
  }

  private void compareMapped(MemorySegment left, MemorySegment right) {
    same = same && left.mismatch(right) == -1;
    if (same) {
      return;
    }
    long elements = first.info().shape().elements();
    for (long from = 0; from < elements; from += RUN) {
      int count = (int) Math.min(RUN, elements - from);
      compare(slice(left, first, from, count), slice(right, second, from, count), count);
    }
  }

  private static MemorySegment slice(MemorySegment all, TensorData data, long from, int count) {
    GgmlType type = data.info().type();
    return all.asSlice(type.bytes(from), type.bytes(count));
  }

  private void compareRows() {
    int length = Math.toIntExact(first.info().shape().rowLength());
    long rows = first.info().shape().rows();
    int step = (int) Math.clamp(RUN / Math.max(length, 1), 1, Math.max(rows, 1));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment left = arena.allocate(step * first.info().rowBytes());
      MemorySegment right = arena.allocate(step * second.info().rowBytes());
      for (long row = 0; row < rows; row += step) {
        int count = (int) Math.min(step, rows - row);
        first.read(row, count, left);
        second.read(row, count, right);
        compare(
            left.asSlice(0, count * first.info().rowBytes()),
            right.asSlice(0, count * second.info().rowBytes()),
            count * length);
      }
    }
  }

  private void compare(MemorySegment left, MemorySegment right, int count) {
    same = same && left.mismatch(right) == -1;
    float[] x = floats(first.info().type(), left, count);
    float[] y = floats(second.info().type(), right, count);
    sums = sums.plus(meter.measure(x, y, count));
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
  }

  private static float[] floats(GgmlType type, MemorySegment bytes, int count) {
    float[] out = new float[count];
    if (BlockCodecs.find(type).isPresent()) {
      BlockCodecs.of(type).decode(bytes, 0, out, 0, count);
      return out;
    }
    for (int i = 0; i < count; i++) {
      out[i] = number(type, bytes, i);
    }
    return out;
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
