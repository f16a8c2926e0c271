package dev.quern.engine;

/// A [KeyValueCache] of floats.
final class FloatCache implements KeyValueCache {
  private final CacheShape shape;
  private final float[][] keys;
  private final float[][] values;

  FloatCache(CacheShape shape, int layers) {
    this.shape = shape;
    keys = new float[layers][shape.keys()];
    values = new float[layers][shape.values()];
  }

  @Override
  public void store(int layer, int position, float[] k, int kAt, float[] v, int vAt) {
    int block = position / BLOCK;
    int lane = position % BLOCK;
    for (int head = 0; head < shape.heads(); head++) {
      int to = keysAt(head, block) + lane;
      int from = kAt + head * shape.keyLength();
      for (int i = 0; i < shape.keyLength(); i++) {
        keys[layer][to + i * BLOCK] = k[from + i];
      }
      System.arraycopy(
          v,
          vAt + head * shape.valueLength(),
          values[layer],
          valuesAt(head, block) + lane * shape.valueStride(),
          shape.valueLength());
    }
  }

  @Override
  public float[] keys(int layer, int head, int block, float[] scratch) {
    return keys[layer];
  }

  @Override
  public int keysAt(int head, int block) {
    return shape.keysAt(head, block);
  }

  @Override
  public float[] values(int layer, int head, int block, float[] scratch) {
    return values[layer];
  }

  @Override
  public int valuesAt(int head, int block) {
    return shape.valuesAt(head, block);
  }

  @Override
  public int capacity() {
    return shape.blocks() * BLOCK;
  }
}
