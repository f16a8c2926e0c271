package dev.quern.quantizers.type;

/// The cuts of IQ1_S: of all that there are, one after the other, with levels moved up and down.
final class CutSearch implements Cuts.Search {
  private static final int SIZE = 32;

  private final float[] sumsX = new float[SIZE + 1];
  private final float[] sumsW = new float[SIZE + 1];

  @Override
  public void cut(float[] x, int at, int groups, float[] weights, Cuts to) {
    for (int s = 0; s < groups; s++) {
      to.sort(x, at + SIZE * s, s);
      for (int i = 0; i < SIZE; i++) {
        int from = SIZE * s + to.order[SIZE * s + i];
        sumsX[i + 1] = sumsX[i] + weights[from] * x[at + from];
        sumsW[i + 1] = sumsW[i] + weights[from];
      }
      cut(s, to);
    }
  }

  private void cut(int s, Cuts to) {
    to.all()[s] = -1;
    to.scales[s] = 0;
    float best = -Float.MAX_VALUE;
    for (int a = 0; a <= SIZE; a++) {
      for (int b = a; b <= SIZE; b++) {
        for (int shift = 0; shift < 2; shift++) {
          float[] values = ThreeLevels.values(shift);
          float sumXq = sumXq(a, b, values);
          float sumQ2 = sumQ2(a, b, values);
          if (sumQ2 > 0 && sumXq * sumXq > best * sumQ2) {
            float scale = sumXq / sumQ2;
            best = scale * sumXq;
            to.scales[s] = scale;
            to.all()[s] = Cuts.of(a, b, shift);
          }
        }
      }
    }
  }

  private float sumXq(int a, int b, float[] values) {
    float sum = sumsX[a] * values[0] + (sumsX[b] - sumsX[a]) * values[1];
    return sum + (sumsX[SIZE] - sumsX[b]) * values[2];
  }

  private float sumQ2(int a, int b, float[] values) {
    float sum = sumsW[a] * values[0] * values[0] + (sumsW[b] - sumsW[a]) * values[1] * values[1];
    return sum + (sumsW[SIZE] - sumsW[b]) * values[2] * values[2];
  }
}
