package dev.quern.formats.safetensors;

import java.lang.foreign.MemorySegment;

/// The bytes of a file that lies elsewhere. Any thread may read.
public interface RemoteBytes {
  /// How many there are.
  long size();

  /// Fills `into` with the bytes from `at` on.
  ///
  /// @throws dev.quern.formats.MalformedFileException if they cannot be had
  void read(long at, MemorySegment into);
}
