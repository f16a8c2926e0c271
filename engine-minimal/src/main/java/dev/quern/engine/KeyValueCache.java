package dev.quern.engine;

/// Keys and values of past positions, in blocks of [#BLOCK] positions: in a block, keys lie element
/// by element with positions side by side, values position by position, padded to whole vectors.
/// Memory is taken block by block, as positions are first used.
interface KeyValueCache {
  /// Positions of a block.
  int BLOCK = 64;

  /// Positions that fit.
  int capacity();

  /// Takes the memory for positions up to `length`; must come before anything is stored there.
  void reserve(int length);

  /// Keeps the key and value heads of `position`, which lie one after another.
  void store(int layer, int position, float[] keys, int keysAt, float[] values, int valuesAt);

  /// An array that holds the keys of a block from index [#keysAt]: the cache's own, or `scratch`.
  float[] keys(int layer, int head, int block, float[] scratch);

  /// Where the keys of a block begin in the array of [#keys]: at 0 in `scratch`.
  default int keysAt(int head) {
    return 0;
  }

  /// An array that holds the values of a block from index [#valuesAt].
  float[] values(int layer, int head, int block, float[] scratch);

  /// Where the values of a block begin in the array of [#values]: at 0 in `scratch`.
  default int valuesAt(int head) {
    return 0;
  }
}
