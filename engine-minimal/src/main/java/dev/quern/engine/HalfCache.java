package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;

/// A [KeyValueCache] in half precision, decoded block by block.
final class HalfCache implements KeyValueCache {
  private final CacheShape shape;
  private final int capacity;
  private final short[][][] keys;
  private final short[][][] values;
  private int reserved;

  HalfCache(CacheShape shape, int layers, int capacity) {
    this.shape = shape;
    this.capacity = capacity;
    int blocks = Math.ceilDiv(capacity, BLOCK);
    keys = new short[layers][blocks][];
    values = new short[layers][blocks][];
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void reserve(int length) {
    for (; reserved * BLOCK < length; reserved++) {
      for (int layer = 0; layer < keys.length; layer++) {
        keys[layer][reserved] = new short[shape.keys()];
        values[layer][reserved] = new short[shape.values()];
      }
    }
  }

  @Override
  public void store(int layer, int position, float[] k, int kAt, float[] v, int vAt) {
    int block = position / BLOCK;
    int lane = position % BLOCK;
    for (int head = 0; head < shape.heads(); head++) {
      int to = shape.keysAt(head) + lane;
      int from = kAt + head * shape.keyLength();
      for (int i = 0; i < shape.keyLength(); i++) {
        keys[layer][block][to + i * BLOCK] = Float.floatToFloat16(k[from + i]);
      }
      to = shape.valuesAt(head) + lane * shape.valueStride();
      from = vAt + head * shape.valueLength();
      for (int i = 0; i < shape.valueLength(); i++) {
        values[layer][block][to + i] = Float.floatToFloat16(v[from + i]);
      }
    }
  }

  @Override
  public float[] keys(int layer, int head, int block, float[] scratch) {
    int n = shape.keyLength() * BLOCK;
    FloatLoops.fromHalves(keys[layer][block], shape.keysAt(head), scratch, 0, n);
    return scratch;
  }

  @Override
  public float[] values(int layer, int head, int block, float[] scratch) {
    int n = shape.valueStride() * BLOCK;
    FloatLoops.fromHalves(values[layer][block], shape.valuesAt(head), scratch, 0, n);
    return scratch;
  }
}
