package dev.quern.engine;

import dev.quern.engine.kernel.ByteLoops;
import dev.quern.engine.kernel.FloatLoops;

/// A [KeyValueCache] in the manner of Q8_0: up to 32 elements of a key or value as signed bytes
/// under one half-precision scale, decoded block by block.
///
/// Bytes lie as the floats of other caches do; scales beside them, those of keys group by group
/// with positions side by side, those of values position by position.
final class Q8_0Cache implements KeyValueCache {
  private static final int GROUP = 32;

  private final CacheShape shape;
  private final int capacity;
  private final int keyGroups;
  private final int valueGroups;
  private final byte[][][] keys;
  private final byte[][][] values;
  private final short[][][] keyScales;
  private final short[][][] valueScales;
  private int reserved;

  Q8_0Cache(CacheShape shape, int layers, int capacity) {
    this.shape = shape;
    this.capacity = capacity;
    this.keyGroups = Math.ceilDiv(shape.keyLength(), GROUP);
    this.valueGroups = Math.ceilDiv(shape.valueStride(), GROUP);
    int blocks = Math.ceilDiv(capacity, BLOCK);
    keys = new byte[layers][blocks][];
    values = new byte[layers][blocks][];
    keyScales = new short[layers][blocks][];
    valueScales = new short[layers][blocks][];
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void reserve(int length) {
    for (; reserved * BLOCK < length; reserved++) {
      for (int layer = 0; layer < keys.length; layer++) {
        keys[layer][reserved] = new byte[Math.addExact(shape.keys(), ByteLoops.ROOM)];
        values[layer][reserved] = new byte[Math.addExact(shape.values(), ByteLoops.ROOM)];
        keyScales[layer][reserved] = new short[shape.heads() * keyGroups * BLOCK];
        valueScales[layer][reserved] = new short[shape.heads() * valueGroups * BLOCK];
      }
    }
  }

  @Override
  public void store(int layer, int position, float[] k, int kAt, float[] v, int vAt) {
    int block = position / BLOCK;
    int lane = position % BLOCK;
    for (int head = 0; head < shape.heads(); head++) {
      int from = kAt + head * shape.keyLength();
      int to = shape.keysAt(head) + lane;
      for (int g = 0; g < keyGroups; g++) {
        int count = Math.min(GROUP, shape.keyLength() - g * GROUP);
        int bytes = to + g * GROUP * BLOCK;
        keyScales[layer][block][(head * keyGroups + g) * BLOCK + lane] =
            encode(k, from + g * GROUP, count, keys[layer][block], bytes, BLOCK);
      }
      from = vAt + head * shape.valueLength();
      to = shape.valuesAt(head) + lane * shape.valueStride();
      for (int g = 0; g * GROUP < shape.valueLength(); g++) {
        int count = Math.min(GROUP, shape.valueLength() - g * GROUP);
        int bytes = to + g * GROUP;
        valueScales[layer][block][(head * BLOCK + lane) * valueGroups + g] =
            encode(v, from + g * GROUP, count, values[layer][block], bytes, 1);
      }
    }
  }

  /// Rounds `count` floats to bytes, `step` apart, and returns their scale as a half.
  private static short encode(float[] x, int at, int count, byte[] out, int to, int step) {
    float peak = 0;
    for (int i = 0; i < count; i++) {
      peak = Math.max(peak, Math.abs(x[at + i]));
    }
    float scale = peak / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < count; i++) {
      out[to + i * step] = (byte) Math.round(x[at + i] * inverse);
    }
    return Float.floatToFloat16(scale);
  }

  @Override
  public float[] keys(int layer, int head, int block, float[] scratch) {
    byte[] in = keys[layer][block];
    int at = shape.keysAt(head);
    for (int g = 0; g < keyGroups; g++) {
      int end = Math.min(shape.keyLength(), (g + 1) * GROUP);
      // the group's last row holds the scales until it is decoded itself
      int scales = (end - 1) * BLOCK;
      FloatLoops.fromHalves(
          keyScales[layer][block], (head * keyGroups + g) * BLOCK, scratch, scales, BLOCK);
      for (int i = g * GROUP * BLOCK; i <= scales; i += BLOCK) {
        ByteLoops.scaleEach(in, at + i, scratch, scales, scratch, i, BLOCK);
      }
    }
    return scratch;
  }

  @Override
  public float[] values(int layer, int head, int block, float[] scratch) {
    byte[] in = values[layer][block];
    int at = shape.valuesAt(head);
    int stride = shape.valueStride();
    for (int lane = 0; lane < BLOCK; lane++) {
      for (int g = 0; g < valueGroups; g++) {
        int i = lane * stride + g * GROUP;
        short half = valueScales[layer][block][(head * BLOCK + lane) * valueGroups + g];
        int count = Math.min(GROUP, stride - g * GROUP);
        ByteLoops.scale(in, at + i, Float.float16ToFloat(half), scratch, i, count);
      }
    }
    return scratch;
  }
}
