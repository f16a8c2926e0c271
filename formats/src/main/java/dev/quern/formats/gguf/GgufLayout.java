package dev.quern.formats.gguf;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where everything in a GGUF file will be, known before one weight is read.
///
/// Metadata and tensors keep the given order. Tensors follow each other at multiples of the
/// alignment; the bytes between them, and after the last one, are zero.
///
/// @param metadata in the order of the file
/// @param tensors the table, with the absolute offset of every tensor
/// @param alignment a power of two from 8 to 1 MiB
/// @param dataStart length of the header, padding included: the byte at which weights begin
/// @param fileSize bytes of the whole file
public record GgufLayout(
    Map<String, MetadataValue> metadata,
    List<GgufTensor> tensors,
    int alignment,
    long dataStart,
    long fileSize) {
  public GgufLayout {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /// The layout of a file with this content. The alignment is 32 unless the metadata has another
  /// under `general.alignment`.
  ///
  /// @throws IllegalArgumentException if the alignment is not a power of two from 8 to 1 MiB, a
  ///   name occurs twice, or a tensor has more than four extents
  public static GgufLayout of(Map<String, MetadataValue> metadata, List<TensorInfo> tensors) {
    int alignment = alignment(metadata);
    long dataStart = align(GgufHeaderWriter.size(metadata, tensors), alignment);
    List<GgufTensor> placed = new ArrayList<>(tensors.size());
    long at = dataStart;
    for (TensorInfo info : tensors) {
      placed.add(new GgufTensor(info, at));
      at = align(Math.addExact(at, info.bytes()), alignment);
    }
    return new GgufLayout(metadata, placed, alignment, dataStart, at);
  }

  /// Bytes of the header of a file with this content, without padding.
  public static long headerBytes(Map<String, MetadataValue> metadata, List<TensorInfo> tensors) {
    return GgufHeaderWriter.size(metadata, tensors);
  }

  /// The first [#dataStart] bytes of the file, on the heap.
  public MemorySegment header() {
    return GgufHeaderWriter.write(this);
  }

  /// True if `value` may be the alignment of a file.
  static boolean isAlignment(long value) {
    return value >= 8 && value <= 1 << 20 && Long.bitCount(value) == 1;
  }

  /// The first multiple of `alignment`, a power of two, from `at` on.
  static long align(long at, int alignment) {
    return Math.addExact(at, alignment - 1L) & -alignment;
  }

  private static int alignment(Map<String, MetadataValue> metadata) {
    MetadataValue value = metadata.get(GgufReader.ALIGNMENT_KEY);
    if (value == null) {
      return GgufReader.DEFAULT_ALIGNMENT;
    }
    if (value instanceof MetadataValue.Uint32(long alignment) && isAlignment(alignment)) {
      return (int) alignment;
    }
    throw new IllegalArgumentException(
        GgufReader.ALIGNMENT_KEY
            + " is "
            + value.display()
            + ", not a UINT32 power of two from 8 to 1 MiB");
  }
}
