package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;

/// A [KeyValueCache] in half precision, decoded block by block.
final class HalfCache implements KeyValueCache {
  private final CacheShape shape;
  private final short[][] keys;
  private final short[][] values;

  HalfCache(CacheShape shape, int layers) {
    this.shape = shape;
    keys = new short[layers][shape.keys()];
    values = new short[layers][shape.values()];
  }

  @Override
  public void store(int layer, int position, float[] k, int kAt, float[] v, int vAt) {
    int block = position / BLOCK;
    int lane = position % BLOCK;
    for (int head = 0; head < shape.heads(); head++) {
      int to = shape.keysAt(head, block) + lane;
      int from = kAt + head * shape.keyLength();
      for (int i = 0; i < shape.keyLength(); i++) {
        keys[layer][to + i * BLOCK] = Float.floatToFloat16(k[from + i]);
      }
      to = shape.valuesAt(head, block) + lane * shape.valueStride();
      from = vAt + head * shape.valueLength();
      for (int i = 0; i < shape.valueLength(); i++) {
        values[layer][to + i] = Float.floatToFloat16(v[from + i]);
      }
    }
  }

  @Override
  public float[] keys(int layer, int head, int block, float[] scratch) {
    int n = shape.keyLength() * BLOCK;
    FloatLoops.fromHalves(keys[layer], shape.keysAt(head, block), scratch, n);
    return scratch;
  }

  @Override
  public int keysAt(int head, int block) {
    return 0;
  }

  @Override
  public float[] values(int layer, int head, int block, float[] scratch) {
    int n = shape.valueStride() * BLOCK;
    FloatLoops.fromHalves(values[layer], shape.valuesAt(head, block), scratch, n);
    return scratch;
  }

  @Override
  public int valuesAt(int head, int block) {
    return 0;
  }

  @Override
  public int capacity() {
    return shape.blocks() * BLOCK;
  }
}
