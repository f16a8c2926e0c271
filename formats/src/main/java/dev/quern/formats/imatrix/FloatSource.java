package dev.quern.formats.imatrix;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// Numbers that are read, or computed, when they are wanted.
interface FloatSource {
  /// Writes numbers `from` to `from + count` to the start of `out`.
  void read(int from, int count, float[] out);

  /// The floats of `bytes`, which stay where they are.
  static FloatSource of(MemorySegment bytes) {
    return (from, count, out) -> MemorySegment.copy(bytes, Le.FLOAT, 4L * from, out, 0, count);
  }
}
