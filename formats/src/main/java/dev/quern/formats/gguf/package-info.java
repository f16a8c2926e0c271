/// The GGUF format, versions 1 to 3, little-endian.
///
/// | bytes | content                                                                       |
/// |------:|-------------------------------------------------------------------------------|
/// |     4 | `GGUF`                                                                        |
/// |     4 | version, unsigned: 3 is written; a big-endian file shows it byte-swapped       |
/// |     8 | number of tensors                                                             |
/// |     8 | number of metadata pairs                                                      |
/// |     … | metadata: key (string), type (4 bytes), value                                 |
/// |     … | tensor table: name (string), rank (4), extents (8 each, row length first), type (4), offset (8) |
/// |     … | zeros up to a multiple of the alignment                                       |
/// |     … | weights: each tensor begins at its offset, counted from here, a multiple of the alignment; zeros between and after |
///
/// A string is its length (8 bytes) and UTF-8. Numbers have 1, 2, 4 or 8 bytes; a boolean is a byte
/// of 0 or 1. An array is its element type (4), its length (8) and its elements, which may be
/// arrays. The alignment is 32 unless the metadata has another under `general.alignment`. Version 1
/// has 4 bytes wherever a count, a length or an extent has 8.
///
/// Limits of this reader, all far above what models have: keys and names of 65535 bytes, strings of
/// 8 MiB, arrays of 2^24 elements and nested 4 deep, rank 4, an alignment that is a power of two
/// from 8 to 1 MiB, and names and strings that fit in half of the heap. Arrays stay in the mapped
/// file.
@NullMarked
package dev.quern.formats.gguf;

import org.jspecify.annotations.NullMarked;
