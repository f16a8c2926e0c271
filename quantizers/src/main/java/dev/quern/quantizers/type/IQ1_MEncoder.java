package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ1_M around a search: as that of IQ1_S, but each half of a group of 16 is moved
/// on its own.
final class IQ1_MEncoder implements ScalarEncoder.Block {
  private static final float TINY = 1e-7f;
  private static final int SIZE = 16;

  private final Cuts.Search search;
  private final ThreeLevels grid;
  private final Cuts cuts = new Cuts(SIZE);
  private final float[] weights = new float[256];
  private final int[] levels = new int[SIZE];
  private final int[] points = new int[32];
  private final float[] scales = new float[SIZE];
  private final int[] shifts = new int[SIZE];

  IQ1_MEncoder(Cuts.Search search, ThreeLevels grid) {
    this.search = search;
    this.grid = grid;
  }

  /// 1 if half `half` of a group with the shifts `shift` is moved down.
  private static int down(int shift, int half) {
    return shift >> (1 - half) & 1;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ1_M);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    search.cut(x, at, SIZE, weights, cuts);
    Arrays.fill(out, to, to + 56, (byte) 0);
    Arrays.fill(points, 0);
    float max = 0;
    for (int j = 0; j < 16; j++) {
      scales[j] = 0;
      shifts[j] = 0;
      if (!(ThreeLevels.peak(x, at + SIZE * j, SIZE) < TINY)) {
        findPoints(x, at + SIZE * j, j);
        out[to + 2 * j] = (byte) points[2 * j];
        out[to + 2 * j + 1] = (byte) points[2 * j + 1];
        out[to + 32 + j] = (byte) (points[2 * j] >> 8 | points[2 * j + 1] >> 8 << 4);
      }
      max = max > scales[j] ? max : scales[j];
    }
    if (max != 0) {
      putScales(x, at, max / 15, out, to);
    }
  }

  private void putScales(float[] x, int at, float d, byte[] out, int to) {
    float inverse = 1 / d;
    float sumXq = 0;
    float sumQ2 = 0;
    for (int j = 0; j < 16; j++) {
      int level = Rounding.nearest(0.5f * (inverse * scales[j] - 1));
      level = Math.max(0, Math.min(7, level));
      int bits = level << (3 * (j % 4));
      out[to + 48 + 2 * (j / 4)] |= (byte) bits;
      out[to + 49 + 2 * (j / 4)] |= (byte) (bits >> 8);
      out[to + 32 + j] |= (byte) ((shifts[j] >> 1) << 3 | (shifts[j] & 1) << 7);
      for (int i = 0; i < SIZE; i++) {
        float q = value(j, i) * (2 * level + 1);
        float wq = weights[SIZE * j + i] * q;
        sumXq += wq * x[at + SIZE * j + i];
        sumQ2 += wq * q;
      }
    }
    float scale = sumQ2 > 0 ? sumXq / sumQ2 : d;
    int half = Float.floatToFloat16(scale * 1.1125f);
    for (int i = 0; i < 4; i++) {
      out[to + 49 + 2 * i] |= (byte) ((half >> (4 * i) & 15) << 4);
    }
  }

  private void findPoints(float[] x, int at, int j) {
    if (cuts.of(j) < 0) {
      return;
    }
    cuts.putLevels(j, levels);
    shifts[j] = cuts.scales[j] < 0 ? 3 - cuts.shift(j) : cuts.shift(j);
    float scale = Math.abs(cuts.scales[j]);
    boolean moved = false;
    for (int k = 0; k < 2; k++) {
      int down = down(shifts[j], k);
      int i = 8 * k;
      points[2 * j + k] = grid.point(levels, i, x, at + i, weights, SIZE * j + i, scale, down);
      moved |= grid.moved();
    }
    scales[j] = moved ? scaleOfPoints(x, at, j, scale) : scale;
  }

  private float scaleOfPoints(float[] x, int at, int j, float scale) {
    float sumXq = 0;
    float sumQ2 = 0;
    for (int i = 0; i < SIZE; i++) {
      float q = value(j, i);
      float wq = weights[SIZE * j + i] * q;
      sumXq += wq * x[at + i];
      sumQ2 += wq * q;
    }
    return sumXq > 0 && sumQ2 > 0 ? sumXq / sumQ2 : scale;
  }

  private float value(int j, int i) {
    return grid.value(points[2 * j + i / 8], i % 8, down(shifts[j], i / 8));
  }
}
