package dev.quern.converter;

import dev.quern.formats.BlockData;
import java.util.Optional;

/// Weights of which it is known how the source stores them.
///
/// @param reader the weights
/// @param words how they are stored, in a few words
record EncodedReader(WeightReader reader, String words) implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    reader.read(first, count, out);
  }

  @Override
  public Optional<BlockData> blocks() {
    return reader.blocks();
  }

  @Override
  public Optional<String> encoding() {
    return Optional.of(words);
  }
}
