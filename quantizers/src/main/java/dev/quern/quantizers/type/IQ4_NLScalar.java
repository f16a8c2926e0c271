package dev.quern.quantizers.type;

/// The scalar encoder of IQ4_NL.
final class IQ4_NLScalar implements ScalarEncoder.Block {
  private final UnevenSearch search = new UnevenSearch();
  private final float[] weights = new float[32];

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    for (int i = 0; i < 32; i++) {
      weights[i] = x[at + i] * x[at + i];
    }
    encode(x, at, out, to, search.scale(x, at, weights));
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 32);
    Weighing.weigh(x, at, 32, importance.values(), importance.from(), mean, weights, 0);
    encode(x, at, out, to, search.scale(x, at, weights));
  }

  private static void encode(float[] x, int at, byte[] out, int to, float scale) {
    Halves.put(out, to, scale);
    UnevenSearch.putLevels(x, at, scale != 0 ? 1 / scale : 0, out, to + 2);
  }
}
