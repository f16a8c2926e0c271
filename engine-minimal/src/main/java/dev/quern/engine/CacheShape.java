package dev.quern.engine;

import dev.quern.engine.kernel.Lanes;
import dev.quern.formats.architecture.BlockTraits.Attention;

/// Where things lie in a block of a [KeyValueCache]: head after head.
///
/// @param heads heads of keys and values
/// @param keyLength elements of a key
/// @param valueLength elements of a value
/// @param valueStride elements of a value, padded to whole vectors
record CacheShape(int heads, int keyLength, int valueLength, int valueStride) {
  /// @throws IllegalArgumentException if a block of such heads does not fit in an array
  static CacheShape of(Attention attention) {
    int stride = Lanes.ceil(attention.valueLength());
    long block =
        Math.max(stride, attention.keyLength())
            * (long) KeyValueCache.BLOCK
            * attention.keyValueHeads();
    if (block > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          attention.keyValueHeads()
              + " heads of "
              + Math.max(attention.keyLength(), attention.valueLength())
              + " are too long for a cache");
    }
    return new CacheShape(
        attention.keyValueHeads(), attention.keyLength(), attention.valueLength(), stride);
  }

  int keys() {
    return heads * KeyValueCache.BLOCK * keyLength;
  }

  int values() {
    return heads * KeyValueCache.BLOCK * valueStride;
  }

  int keysAt(int head) {
    return head * KeyValueCache.BLOCK * keyLength;
  }

  int valuesAt(int head) {
    return head * KeyValueCache.BLOCK * valueStride;
  }
}
