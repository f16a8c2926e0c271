package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A run of numbers that tensors look into.
///
/// A pickle may speak of a storage before its bytes are found, so they are attached later.
final class TorchStorage {
  private final String key;
  private final DType dtype;
  private final long size;
  private @Nullable MemorySegment bytes;
  private boolean bigEndian;

  /// A storage of `size` bytes.
  TorchStorage(String key, DType dtype, long size) {
    this.key = key;
    this.dtype = dtype;
    this.size = size;
  }

  String key() {
    return key;
  }

  /// The type that its numbers have unless a tensor says otherwise.
  DType dtype() {
    return dtype;
  }

  /// Its size in bytes.
  long size() {
    return size;
  }

  /// Says where its bytes are, which must be [#size()] many.
  void attach(MemorySegment found, boolean isBigEndian) {
    if (found.byteSize() != size) {
      throw new IllegalArgumentException(found.byteSize() + " bytes for a storage of " + size);
    }
    this.bytes = found;
    this.bigEndian = isBigEndian;
  }

  /// Its bytes, borrowed until the file is closed.
  ///
  /// @throws IllegalStateException if none were attached
  MemorySegment bytes() {
    if (bytes == null) {
      throw new IllegalStateException("storage " + key + " has no bytes yet");
    }
    return bytes;
  }

  boolean isBigEndian() {
    return bigEndian;
  }
}
