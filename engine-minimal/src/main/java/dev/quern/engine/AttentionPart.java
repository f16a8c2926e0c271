package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// The part of each block that looks at other positions, up to its last matrix.
interface AttentionPart {
  /// Shows the inputs of matrices that are multiplied here to `observer`, or to nobody.
  void observe(@Nullable InputObserver observer);

  /// Makes room for `count` tokens.
  void reserve(int count);

  /// What the heads of block `layer` see, for `count` tokens from `position`: the input of its last
  /// matrix, borrowed until the next call. Keys and values are kept in `cache`.
  Batch run(KeyValueCache cache, int layer, Batch input, int position, int count);
}
