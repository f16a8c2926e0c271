package dev.quern.converter;

import dev.quern.formats.BlockData;
import java.util.Optional;

/// The weights of one tensor as floats, in any order and from any thread.
interface WeightReader {
  /// Writes weights `first` to `first + count`, counted along the rows, to the start of `out`.
  void read(long first, int count, float[] out);

  /// The same weights as blocks of GGML, when that is how the source stores them; plain numbers of
  /// a mapped file are blocks of one.
  default Optional<BlockData> blocks() {
    return Optional.empty();
  }

  /// How the source stores them when they are decoded, in a few words.
  default Optional<String> encoding() {
    return Optional.empty();
  }
}
