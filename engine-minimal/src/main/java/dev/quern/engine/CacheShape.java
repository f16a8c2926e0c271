package dev.quern.engine;

import dev.quern.engine.kernel.Lanes;
import dev.quern.formats.architecture.BlockTraits.Attention;

/// Where things lie in a [KeyValueCache].
///
/// @param heads heads of keys and values
/// @param keyLength elements of a key
/// @param valueLength elements of a value
/// @param valueStride elements of a value, padded to whole vectors
/// @param blocks blocks of positions
record CacheShape(int heads, int keyLength, int valueLength, int valueStride, int blocks) {
  static CacheShape of(Attention attention, int capacity) {
    int stride = Lanes.ceil(attention.valueLength());
    int blocks = Math.ceilDiv(capacity, KeyValueCache.BLOCK);
    CacheShape shape =
        new CacheShape(
            attention.keyValueHeads(),
            attention.keyLength(),
            attention.valueLength(),
            stride,
            blocks);
    long perHead = (long) blocks * KeyValueCache.BLOCK * Math.max(stride, attention.keyLength());
    if (perHead > (Integer.MAX_VALUE - 8) / attention.keyValueHeads()) {
      throw new IllegalArgumentException(
          "a cache of " + capacity + " positions is too large for this model's heads");
    }
    return shape;
  }

  int keys() {
    return heads * blocks * KeyValueCache.BLOCK * keyLength;
  }

  int values() {
    return heads * blocks * KeyValueCache.BLOCK * valueStride;
  }

  int keysAt(int head, int block) {
    return (head * blocks + block) * KeyValueCache.BLOCK * keyLength;
  }

  int valuesAt(int head, int block) {
    return (head * blocks + block) * KeyValueCache.BLOCK * valueStride;
  }
}
