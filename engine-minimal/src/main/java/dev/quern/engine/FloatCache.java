package dev.quern.engine;

/// A [KeyValueCache] of floats.
final class FloatCache implements KeyValueCache {
  private final CacheShape shape;
  private final int capacity;
  private final float[][][] keys;
  private final float[][][] values;
  private int reserved;

  FloatCache(CacheShape shape, int layers, int capacity) {
    this.shape = shape;
    this.capacity = capacity;
    int blocks = Math.ceilDiv(capacity, BLOCK);
    keys = new float[layers][blocks][];
    values = new float[layers][blocks][];
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void reserve(int length) {
    for (; reserved * BLOCK < length; reserved++) {
      for (int layer = 0; layer < keys.length; layer++) {
        keys[layer][reserved] = new float[shape.keys()];
        values[layer][reserved] = new float[shape.values()];
      }
    }
  }

  @Override
  public void store(int layer, int position, float[] k, int kAt, float[] v, int vAt) {
    int block = position / BLOCK;
    int lane = position % BLOCK;
    for (int head = 0; head < shape.heads(); head++) {
      int to = keysAt(head) + lane;
      int from = kAt + head * shape.keyLength();
      for (int i = 0; i < shape.keyLength(); i++) {
        keys[layer][block][to + i * BLOCK] = k[from + i];
      }
      System.arraycopy(
          v,
          vAt + head * shape.valueLength(),
          values[layer][block],
          valuesAt(head) + lane * shape.valueStride(),
          shape.valueLength());
    }
  }

  @Override
  public float[] keys(int layer, int head, int block, float[] scratch) {
    return keys[layer][block];
  }

  @Override
  public int keysAt(int head) {
    return shape.keysAt(head);
  }

  @Override
  public float[] values(int layer, int head, int block, float[] scratch) {
    return values[layer][block];
  }

  @Override
  public int valuesAt(int head) {
    return shape.valuesAt(head);
  }
}
