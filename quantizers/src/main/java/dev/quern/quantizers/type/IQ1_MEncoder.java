package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ1_M: as that of IQ1_S, but each half of a group of 16 is moved on its own.
final class IQ1_MEncoder implements ScalarEncoder.Block {
  private static final float TINY = 1e-7f;
  private static final int SIZE = 16;

  private final ThreeLevels grid = new ThreeLevels();
  private final float[] weights = new float[256];
  private final float[] group = new float[SIZE];
  private final int[] order = new int[SIZE];
  private final int[] levels = new int[SIZE];
  private final int[] points = new int[32];
  private final float[] scales = new float[SIZE];
  private final int[] shifts = new int[SIZE];
  private final float[][] before = new float[2][SIZE + 1];
  private final float[][] weightBefore = new float[2][SIZE + 1];
  private final float[] halfXq = new float[4];
  private final float[] halfQ2 = new float[4];
  private final float[] sumsXq = new float[4];
  private final float[] sumsQ2 = new float[4];

  private int firstCut;
  private int secondCut;
  private int shift;

  /// The values of half `half` of a group with the shifts `shift`: bit 1 moves the first half down,
  /// bit 0 the second.
  private static float[] values(int shift, int half) {
    return (shift >> (1 - half) & 1) == 0 ? ThreeLevels.UP : ThreeLevels.DOWN;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ1_M);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Arrays.fill(out, to, to + 56, (byte) 0);
    Arrays.fill(points, 0);
    float max = 0;
    for (int j = 0; j < 16; j++) {
      scales[j] = 0;
      shifts[j] = 0;
      if (!(ThreeLevels.peak(x, at + SIZE * j, SIZE) < TINY)) {
        encodeGroup(x, at + SIZE * j, j);
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
        float[] values = values(shifts[j], i / 8);
        float q = grid.value(points[2 * j + i / 8], i % 8, values) * (2 * level + 1);
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

  private void encodeGroup(float[] x, int at, int j) {
    System.arraycopy(weights, SIZE * j, group, 0, SIZE);
    float scale = cut(x, at);
    if (firstCut < 0) {
      return;
    }
    for (int i = 0; i < SIZE; i++) {
      int level = i < firstCut ? 0 : i < secondCut ? 1 : 2;
      levels[order[i]] = scale < 0 ? 2 - level : level;
    }
    shifts[j] = scale < 0 ? 3 - shift : shift;
    scale = Math.abs(scale);
    boolean moved = false;
    for (int k = 0; k < 2; k++) {
      float[] values = values(shifts[j], k);
      points[2 * j + k] = grid.point(levels, 8 * k, x, at, group, scale, values);
      moved |= grid.moved();
    }
    scales[j] = moved ? scaleOfPoints(x, at, j, scale) : scale;
  }

  private float scaleOfPoints(float[] x, int at, int j, float scale) {
    float sumXq = 0;
    float sumQ2 = 0;
    for (int i = 0; i < SIZE; i++) {
      float q = grid.value(points[2 * j + i / 8], i % 8, values(shifts[j], i / 8));
      float wq = group[i] * q;
      sumXq += wq * x[at + i];
      sumQ2 += wq * q;
    }
    return sumXq > 0 && sumQ2 > 0 ? sumXq / sumQ2 : scale;
  }

  /// Finds the cuts and the shifts, and returns their scale.
  private float cut(float[] x, int at) {
    ThreeLevels.sort(x, at, SIZE, order);
    addUp(x, at);
    firstCut = -1;
    float best = -Float.MAX_VALUE;
    float scale = 0;
    for (int a = 0; a <= SIZE; a++) {
      for (int b = a; b <= SIZE; b++) {
        measure(a, b);
        for (int k = 0; k < 4; k++) {
          if (sumsQ2[k] > 0 && sumsXq[k] * sumsXq[k] > best * sumsQ2[k]) {
            scale = sumsXq[k] / sumsQ2[k];
            best = scale * sumsXq[k];
            firstCut = a;
            secondCut = b;
            shift = k;
          }
        }
      }
    }
    return scale;
  }

  /// Sums of weights times values and of weights, of the sorted weights before each, by half.
  private void addUp(float[] x, int at) {
    for (int j = 0; j < SIZE; j++) {
      int i = order[j];
      int half = i / 8;
      before[half][j + 1] = before[half][j] + group[i] * x[at + i];
      before[1 - half][j + 1] = before[1 - half][j];
      weightBefore[half][j + 1] = weightBefore[half][j] + group[i];
      weightBefore[1 - half][j + 1] = weightBefore[1 - half][j];
    }
  }

  /// The sums over a cut into three, for all shifts: three groups come down to two differences,
  /// because neighbouring values are one apart.
  private void measure(int a, int b) {
    for (int half = 0; half < 2; half++) {
      float sum = before[half][a] + before[half][b];
      for (int down = 0; down < 2; down++) {
        float[] v = down == 0 ? ThreeLevels.UP : ThreeLevels.DOWN;
        float first = v[0] * v[0] - v[1] * v[1];
        float second = v[1] * v[1] - v[2] * v[2];
        halfXq[2 * half + down] = before[half][SIZE] * v[2] - sum;
        halfQ2[2 * half + down] =
            weightBefore[half][SIZE] * v[2] * v[2]
                + weightBefore[half][a] * first
                + weightBefore[half][b] * second;
      }
    }
    for (int k = 0; k < 4; k++) {
      sumsXq[k] = halfXq[k >> 1] + halfXq[2 + (k & 1)];
      sumsQ2[k] = halfQ2[k >> 1] + halfQ2[2 + (k & 1)];
    }
  }
}
