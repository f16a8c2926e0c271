package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ1_S around a search. Which weights of a group become -1, which 0 and which 1 is
/// found by trying every way to cut the sorted weights in three.
final class IQ1_SEncoder implements ScalarEncoder.Block, LaneEncoder.Batch {
  /// Blocks that fill the lanes of a search.
  static final int BLOCKS = 2;

  private static final float TINY = 1e-12f;

  private final Cuts.Search search;
  private final ThreeLevels grid;
  private final Cuts cuts = new Cuts(32);
  private final float[] weights = new float[BLOCKS * 256];
  private final int[] levels = new int[32];
  private final int[] points = new int[4];
  private final float[] scales = new float[8];
  private final int[] down = new int[8];

  IQ1_SEncoder(Cuts.Search search, ThreeLevels grid) {
    this.search = search;
    this.grid = grid;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ1_S);
  }

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    throw Blocks.needsImportance(GgmlType.IQ1_S);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    weigh(x, at, importance, 0);
    search.cut(x, at, 8, weights, cuts);
    put(x, at, 0, out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    for (int b = 0; b < blocks; b++) {
      weigh(x, at + 256 * b, importance.later(256 * b), 256 * b);
    }
    search.cut(x, at, 8 * blocks, weights, cuts);
    for (int b = 0; b < blocks; b++) {
      put(x, at + 256 * b, b, out, 50 * b);
    }
  }

  private void weigh(float[] x, int at, Importance importance, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, to);
  }

  private void put(float[] x, int at, int b, byte[] out, int to) {
    Arrays.fill(out, to, to + 50, (byte) 0);
    float max = 0;
    for (int j = 0; j < 8; j++) {
      scales[j] = 0;
      down[j] = 0;
      if (!(ThreeLevels.peak(x, at + 32 * j, 32) < TINY) && cuts.of(8 * b + j) >= 0) {
        putGroup(x, at + 32 * j, 8 * b + j, j, out, to);
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
      level = Math.max(0, Math.min(7, level)) | down[j] << 3;
      out[to + 35 + 2 * j] |= (byte) (level << 4);
    }
  }

  /// Puts the points of group `j` of its block, which is group `s` of the search.
  private void putGroup(float[] x, int at, int s, int j, byte[] out, int to) {
    cuts.putLevels(s, levels);
    down[j] = cuts.scales[s] < 0 ? 1 - cuts.shift(s) : cuts.shift(s);
    float scale = Math.abs(cuts.scales[s]);
    boolean moved = false;
    int high = 0;
    for (int k = 0; k < 4; k++) {
      int i = 8 * k;
      points[k] = grid.point(levels, i, x, at + i, weights, 32 * s + i, scale, down[j]);
      moved |= grid.moved();
      out[to + 2 + 4 * j + k] = (byte) points[k];
      high |= points[k] >> 8 << (3 * k);
    }
    out[to + 34 + 2 * j] = (byte) high;
    out[to + 35 + 2 * j] = (byte) (high >> 8);
    scales[j] = moved ? scaleOfPoints(x, at, 32 * s, down[j], scale) : scale;
  }

  private float scaleOfPoints(float[] x, int at, int from, int down, float scale) {
    float sumXq = 0;
    float sumQ2 = 0;
    for (int i = 0; i < 32; i++) {
      float q = grid.value(points[i / 8], i % 8, down);
      float wq = weights[from + i] * q;
      sumXq += wq * x[at + i];
      sumQ2 += wq * q;
    }
    return sumXq > 0 && sumQ2 > 0 ? sumXq / sumQ2 : scale;
  }
}
