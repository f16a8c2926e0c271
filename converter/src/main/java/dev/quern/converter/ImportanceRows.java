package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.ErrorMeter;
import dev.quern.quantizers.ErrorSums;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Encodes whole rows with the importance of their columns, for one thread.
final class ImportanceRows {
  /// Below, weights that halves can hold make no sum overflow.
  private static final float UNSUSPICIOUS = 1e18f;

  private float[] importance = {};
  private @Nullable TensorImportance loaded;
  private int matrix;
  private int top;

  /// Encodes the rows of `part`, whose weights are `x`, to the start of `out`.
  ///
  /// @throws ConversionException if importance is so large that its sums overflow
  void encode(Part part, GgmlType type, RowEncoder encoder, float[] x, MemorySegment out) {
    TensorImportance source = Objects.requireNonNull(part.importance());
    int length = (int) source.shape().rowLength();
    long row = part.first() / length;
    long bytes = type.bytes(length);
    for (int at = 0; at < part.count(); at += length, row++) {
      load(source, source.matrix(row), length);
      checkSums(part, row, x, at, length);
      long to = at / length * bytes;
      encoder.encode(x, at, length, importance, 0, out, to);
    }
  }

  /// What storing `part`, which was encoded to the start of `blocks`, cost, plain and weighted.
  ErrorSums measure(Part part, GgmlType type, ErrorMeter meter, float[] x, MemorySegment blocks) {
    TensorImportance source = Objects.requireNonNull(part.importance());
    int length = (int) source.shape().rowLength();
    long row = part.first() / length;
    ErrorSums sums = ErrorSums.NONE;
    for (int at = 0; at < part.count(); at += length, row++) {
      load(source, source.matrix(row), length);
      sums = sums.plus(meter.measure(x, at, length, importance, 0, type, blocks, type.bytes(at)));
    }
    return sums;
  }

  private void load(TensorImportance source, int wanted, int length) {
    if (source.equals(loaded) && matrix == wanted) {
      return;
    }
    if (importance.length < length) {
      importance = new float[length];
    }
    loaded = null;
    source.read(wanted, importance);
    top = 0;
    for (int i = 1; i < length; i++) {
      top = importance[i] > importance[top] ? i : top;
    }
    loaded = source;
    matrix = wanted;
  }

  /// The encoders add up, in single precision, importance times cubes of weights.
  private void checkSums(Part part, long row, float[] x, int at, int length) {
    if (importance[top] < UNSUSPICIOUS) {
      return;
    }
    float peak = 0;
    for (int i = at; i < at + length; i++) {
      peak = Math.max(peak, Math.abs(x[i]));
    }
    double bound = Math.sqrt(2) * importance[top] * peak * peak * peak * length;
    if (bound > Float.MAX_VALUE) {
      throw new ConversionException(
          "%s: the importance of column %d is %s, too large for row %d, whose weights go up to %s; --exclude-weights does without importance"
              .formatted(part.weight().origin(), top, importance[top], row, peak));
    }
  }
}
