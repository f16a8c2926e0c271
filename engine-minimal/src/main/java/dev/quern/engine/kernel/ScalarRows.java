package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The scalar twin of a type of 16 bits whose weights are moved into the place of a float's bits.
///
/// It sums as the loops with lanes do: each lane by itself, then lanes in pairs. Rows are copied to
/// an array before they are read: before the second compiler has seen it, a look into a segment
/// takes as long as a hundred into an array.
final class ScalarRows {
  /// The twin of [BF16Rows].
  static final ScalarRows BF16 =
      new ScalarRows(16, -1, 1, bits -> Float.intBitsToFloat(bits << 16));

  /// The twin of [F16Rows].
  static final ScalarRows F16 =
      new ScalarRows(13, 0x8fffe000, RoundedVector.HALF_WAY, Float::float16ToFloat);

  /// What a weight is worth.
  @FunctionalInterface
  interface Value {
    float of(short bits);
  }

  private final int shift;
  private final int mask;
  private final float scale;
  private final Value value;

  private ScalarRows(int shift, int mask, float scale, Value value) {
    this.shift = shift;
    this.mask = mask;
    this.scale = scale;
    this.value = value;
  }

  /// See [RowDecoder].
  void decode(MemorySegment in, long at, float[] out, int to, int n) {
    short[] bits = new short[n];
    MemorySegment.copy(in, Le.SHORT, at, bits, 0, n);
    for (int i = 0; i < n; i++) {
      out[to + i] = value.of(bits[i]);
    }
  }

  /// See [RowProduct].
  void multiply(MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    int whole = n / Lanes.LENGTH * Lanes.LENGTH;
    float[] scaled = new float[whole];
    for (int i = 0; i < whole; i++) {
      scaled[i] = x[from + i] * scale;
    }
    float[] sums = new float[Lanes.LENGTH];
    short[] row = new short[n];
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(w, Le.SHORT, at + 2L * n * r, row, 0, n);
      float sum = dot(row, scaled, sums) * scale;
      for (int i = whole; i < n; i++) {
        sum = Math.fma(value.of(row[i]), x[from + i], sum);
      }
      y[to + r] = sum;
    }
  }

  private float dot(short[] row, float[] x, float[] sums) {
    int length = sums.length;
    Arrays.fill(sums, 0);
    for (int i = 0; i < x.length; i += length) {
      for (int lane = 0; lane < length; lane++) {
        int bits = row[i + lane] << shift & mask;
        sums[lane] = Math.fma(x[i + lane], Float.intBitsToFloat(bits), sums[lane]);
      }
    }
    return Lanes.sum(sums);
  }
}
