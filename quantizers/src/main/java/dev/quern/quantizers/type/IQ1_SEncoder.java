package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ1_S. Which weights of a group become -1, which 0 and which 1 is found by trying
/// every way to cut the sorted weights in three.
final class IQ1_SEncoder implements ScalarEncoder.Block {
  private static final float TINY = 1e-12f;

  private final ThreeLevels grid = new ThreeLevels();
  private final float[] weights = new float[256];
  private final float[] group = new float[32];
  private final float[] sumsX = new float[33];
  private final float[] sumsW = new float[33];
  private final int[] order = new int[32];
  private final int[] levels = new int[32];
  private final int[] points = new int[4];
  private final float[] scales = new float[8];
  private final boolean[] down = new boolean[8];

  private int firstCut;
  private int secondCut;
  private boolean lowered;

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ1_S);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Arrays.fill(out, to, to + 50, (byte) 0);
    float max = 0;
    for (int j = 0; j < 8; j++) {
      scales[j] = 0;
      down[j] = false;
      if (!(ThreeLevels.peak(x, at + 32 * j, 32) < TINY)) {
        encodeGroup(x, at + 32 * j, j, out, to);
      }
      max = max > scales[j] ? max : scales[j];
    }
    if (max == 0) {
      return;
    }
    float d = max / 15;
    Halves.put(out, to, d * 1.125f);
    float inverse = 1 / d;
    for (int j = 0; j < 8; j++) {
      int level = Rounding.nearest(0.5f * (inverse * scales[j] - 1));
      level = Math.max(0, Math.min(7, level)) | (down[j] ? 8 : 0);
      out[to + 35 + 2 * j] |= (byte) (level << 4);
    }
  }

  private void encodeGroup(float[] x, int at, int j, byte[] out, int to) {
    System.arraycopy(weights, 32 * j, group, 0, 32);
    float scale = cut(x, at);
    if (firstCut < 0) {
      return;
    }
    for (int i = 0; i < 32; i++) {
      int level = i < firstCut ? 0 : i < secondCut ? 1 : 2;
      levels[order[i]] = scale < 0 ? 2 - level : level;
    }
    down[j] = lowered != scale < 0;
    scale = Math.abs(scale);
    float[] values = down[j] ? ThreeLevels.DOWN : ThreeLevels.UP;
    boolean moved = false;
    int high = 0;
    for (int k = 0; k < 4; k++) {
      points[k] = grid.point(levels, 8 * k, x, at, group, scale, values);
      moved |= grid.moved();
      out[to + 2 + 4 * j + k] = (byte) points[k];
      high |= points[k] >> 8 << (3 * k);
    }
    out[to + 34 + 2 * j] = (byte) high;
    out[to + 35 + 2 * j] = (byte) (high >> 8);
    scales[j] = moved ? scaleOfPoints(x, at, values, scale) : scale;
  }

  /// Finds the cuts, and returns their scale.
  private float cut(float[] x, int at) {
    ThreeLevels.sort(x, at, 32, order);
    for (int i = 0; i < 32; i++) {
      sumsX[i + 1] = sumsX[i] + group[order[i]] * x[at + order[i]];
      sumsW[i + 1] = sumsW[i] + group[order[i]];
    }
    firstCut = -1;
    float best = -Float.MAX_VALUE;
    float scale = 0;
    for (int a = 0; a <= 32; a++) {
      for (int b = a; b <= 32; b++) {
        for (int shift = 0; shift < 2; shift++) {
          float[] values = shift == 0 ? ThreeLevels.UP : ThreeLevels.DOWN;
          float sumXq = sumXq(a, b, values);
          float sumQ2 = sumQ2(a, b, values);
          if (sumQ2 > 0 && sumXq * sumXq > best * sumQ2) {
            scale = sumXq / sumQ2;
            best = scale * sumXq;
            firstCut = a;
            secondCut = b;
            lowered = shift == 1;
          }
        }
      }
    }
    return scale;
  }

  private float sumXq(int a, int b, float[] values) {
    float sum = sumsX[a] * values[0] + (sumsX[b] - sumsX[a]) * values[1];
    return sum + (sumsX[32] - sumsX[b]) * values[2];
  }

  private float sumQ2(int a, int b, float[] values) {
    float sum = sumsW[a] * values[0] * values[0] + (sumsW[b] - sumsW[a]) * values[1] * values[1];
    return sum + (sumsW[32] - sumsW[b]) * values[2] * values[2];
  }

  private float scaleOfPoints(float[] x, int at, float[] values, float scale) {
    float sumXq = 0;
    float sumQ2 = 0;
    for (int i = 0; i < 32; i++) {
      float wq = group[i] * grid.value(points[i / 8], i % 8, values);
      sumXq += wq * x[at + i];
      sumQ2 += wq * grid.value(points[i / 8], i % 8, values);
    }
    return sumXq > 0 && sumQ2 > 0 ? sumXq / sumQ2 : scale;
  }
}
