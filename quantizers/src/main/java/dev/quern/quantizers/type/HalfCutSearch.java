package dev.quern.quantizers.type;

/// The cuts of IQ1_M: of all that there are, one after the other. Each half of a group of 16 is
/// moved on its own: bit 1 of the shift moves the first half down, bit 0 the second one.
final class HalfCutSearch implements Cuts.Search {
  private static final int SIZE = 16;

  private final float[][] before = new float[2][SIZE + 1];
  private final float[][] weightBefore = new float[2][SIZE + 1];
  private final float[] halfXq = new float[4];
  private final float[] halfQ2 = new float[4];
  private final float[] sumsXq = new float[4];
  private final float[] sumsQ2 = new float[4];

  @Override
  public void cut(float[] x, int at, int groups, float[] weights, Cuts to) {
    for (int s = 0; s < groups; s++) {
      to.sort(x, at + SIZE * s, s);
      addUp(x, at, weights, s, to);
      cut(s, to);
    }
  }

  private void cut(int s, Cuts to) {
    to.all()[s] = -1;
    to.scales[s] = 0;
    float best = -Float.MAX_VALUE;
    for (int a = 0; a <= SIZE; a++) {
      for (int b = a; b <= SIZE; b++) {
        measure(a, b);
        for (int k = 0; k < 4; k++) {
          if (sumsQ2[k] > 0 && sumsXq[k] * sumsXq[k] > best * sumsQ2[k]) {
            float scale = sumsXq[k] / sumsQ2[k];
            best = scale * sumsXq[k];
            to.scales[s] = scale;
            to.all()[s] = Cuts.of(a, b, k);
          }
        }
      }
    }
  }

  /// Sums of weights times values and of weights, of the sorted weights before each, by half.
  private void addUp(float[] x, int at, float[] weights, int s, Cuts to) {
    for (int j = 0; j < SIZE; j++) {
      int i = to.order[SIZE * s + j];
      int half = i / 8;
      float w = weights[SIZE * s + i];
      before[half][j + 1] = before[half][j] + w * x[at + SIZE * s + i];
      before[1 - half][j + 1] = before[1 - half][j];
      weightBefore[half][j + 1] = weightBefore[half][j] + w;
      weightBefore[1 - half][j + 1] = weightBefore[1 - half][j];
    }
  }

  /// The sums over a cut into three, for all shifts: three groups come down to two differences,
  /// because neighbouring values are one apart.
  private void measure(int a, int b) {
    for (int half = 0; half < 2; half++) {
      float sum = before[half][a] + before[half][b];
      for (int down = 0; down < 2; down++) {
        float[] v = ThreeLevels.values(down);
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
