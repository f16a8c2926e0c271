package dev.quern.formats;

import java.util.List;
import java.util.Optional;

/// The 13 types of a GGUF metadata value; the number in the file is its [#id].
public enum MetadataType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  ARRAY(9, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  /// In the order of their numbers, which have no gaps.
  private static final List<MetadataType> BY_ID = List.of(values());

  private final int id;
  private final int bytes;

  MetadataType(int id, int bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /// The type that a file calls `id`, if there is one.
  public static Optional<MetadataType> fromId(long id) {
    return id >= 0 && id < BY_ID.size() ? Optional.of(BY_ID.get((int) id)) : Optional.empty();
  }

  /// The number of this type in a file.
  public int id() {
    return id;
  }

  /// Bytes of a value in a file; 0 for strings and arrays, whose length is in the file.
  public int bytes() {
    return bytes;
  }

  /// True if every value of this type has the same number of bytes.
  public boolean isFixedSize() {
    return bytes > 0;
  }
}
