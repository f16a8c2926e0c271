package dev.quern.quantizers;

import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;

/// How weights of one type are stored: decoding, and encoders that write what the reference
/// implementation writes.
public interface BlockCodec {
  /// The type that is read and written.
  GgmlType type();

  /// Decodes `n` weights, a whole number of blocks, from `in` at byte `at` into `out` from index
  /// `to`.
  void decode(MemorySegment in, long at, float[] out, int to, int n);

  /// False if blocks of this type are only read: there is no encoder.
  default boolean encodes() {
    return true;
  }

  /// True if blocks of this type are only written with importance.
  default boolean needsImportance() {
    return false;
  }

  /// A new encoder with the fast kernel of this type. It owns scratch memory: one per thread.
  ///
  /// @throws IllegalArgumentException if the type is only read
  RowEncoder newEncoder();

  /// A new encoder that does the same one weight at a time: the readable twin, and the oracle of
  /// the tests.
  ///
  /// @throws IllegalArgumentException if the type is only read
  RowEncoder newScalarEncoder();
}
