/// The safetensors format.
///
/// | at    | bytes | content                                                            |
/// |------:|------:|--------------------------------------------------------------------|
/// |     0 |     8 | `N`, unsigned little-endian: bytes of the header, at most 100 MB    |
/// |     8 |   `N` | the header: a JSON object in UTF-8 that begins with `{`; trailing spaces allowed |
/// | 8 + N |  rest | the numbers of all tensors, little-endian, without gaps             |
///
/// Each member of the header is a tensor: `"name": {"dtype": "BF16", "shape": [rows, columns],
/// "data_offsets": [begin, end]}`, offsets counted from the end of the header. The member
/// `__metadata__` is an object of strings instead.
///
/// A reader must refuse what could mislead: names that occur twice, a tensor whose bytes are not
/// `shape × dtype`, tensors that overlap or leave holes, bytes after the last tensor. Tensors may
/// have no elements (an extent of 0) or no extents (rank 0, one element). Types below a byte are
/// packed and must fill whole bytes.
///
/// A model in several files ("shards") has an index beside them, `model.safetensors.index.json`:
/// `{"metadata": {…}, "weight_map": {"tensor name": "model-00001-of-00002.safetensors", …}}`.
@NullMarked
package dev.quern.formats.safetensors;

import org.jspecify.annotations.NullMarked;
