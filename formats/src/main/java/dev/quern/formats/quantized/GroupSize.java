package dev.quern.formats.quantized;

import dev.quern.formats.SourceTensor;
import java.util.Optional;

/// How many inputs of a matrix share a scale.
final class GroupSize {
  private GroupSize() {}

  /// The size of the groups of `inputs` inputs for which `scale` has a row each: that of the
  /// configuration if it makes as many, else that of even groups.
  ///
  /// @param named the size in the configuration; -1 stands for all inputs
  static int of(Optional<Long> named, int inputs, SourceTensor scale) {
    long count = scale.shape().rows();
    if (named.isPresent()) {
      long size = named.get() == -1 ? inputs : named.get();
      if (size > 0 && (inputs - 1) / size + 1 == count) {
        return Math.toIntExact(Math.min(size, inputs));
      }
    }
    if (count < 1 || inputs % count != 0) {
      throw StoredTensors.malformed(
          scale,
          "has %d groups for %d inputs, which are no groups of one size%s"
              .formatted(count, inputs, named.map(size -> "; group_size is " + size).orElse("")));
    }
    return Math.toIntExact(inputs / count);
  }
}
