package dev.quern.formats.quantized;

import dev.quern.formats.Le;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The bytes of a stored tensor, in any order: in place, or read in windows when they do not lie in
/// one piece. Any thread may read.
interface StoredBytes {
  /// Where the byte at `at` is; what begins at a multiple of its size is there as a whole.
  MemorySegment segment(long at);

  /// Where `at` is in [#segment].
  long place(long at);

  /// The byte at `at`.
  default byte byteAt(long at) {
    return segment(at).get(Le.BYTE, place(at));
  }

  /// The number of 16 bits at `at`, a multiple of 2.
  default short shortAt(long at) {
    return segment(at).get(Le.SHORT, place(at));
  }

  /// The number of 32 bits at `at`, a multiple of 4.
  default int intAt(long at) {
    return segment(at).get(Le.INT, place(at));
  }

  /// The number of 64 bits at `at`, a multiple of 8.
  default long longAt(long at) {
    return segment(at).get(Le.LONG, place(at));
  }

  /// The bytes of `tensor`.
  static StoredBytes of(SourceTensor tensor) {
    Optional<MemorySegment> mapped = tensor.data().mapped();
    if (mapped.isPresent()) {
      return new InPlace(mapped.get());
    }
    return tensor.data() instanceof WindowedData windowed
        ? windowed
        : new WindowedData(tensor, FetchedWindows.usual());
  }

  /// Bytes that lie in one piece.
  record InPlace(MemorySegment bytes) implements StoredBytes {
    @Override
    public MemorySegment segment(long at) {
      return bytes;
    }

    @Override
    public long place(long at) {
      return at;
    }
  }
}
