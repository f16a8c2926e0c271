/// The files of llama.cpp before GGUF, which hold a LLaMA: what GPT4All and the llama.cpp of March
/// to August 2023 used. All numbers are little-endian and, where nothing else is said, of 32 bits.
///
/// | field | |
/// |---|---|
/// | magic | `ggml`, `ggmf` or `ggjt`, its bytes in reverse |
/// | version | not in `ggml`; 1 in `ggmf`, 1 to 3 in `ggjt` |
/// | hyper-parameters | `n_vocab`, `n_embd`, `n_mult`, `n_head`, `n_layer`, `n_rot`, file type |
/// | tokens | `n_vocab` of: length, bytes, and a score (a float) but in `ggml` |
/// | tensors, to the end of the file | number of extents, length of the name, type, extents (row length first), name, in `ggjt` zeros up to a multiple of 32 bytes of the file, weights |
///
/// `ggml` and `ggmf` files of models with more than one rank come in as many parts: [GgmlParts].
///
/// Blocks changed under the same type numbers; before version 3 of `ggjt` they were:
///
/// | type | before version 2 | version 2 |
/// |---|---|---|
/// | 2 `Q4_0` | 32 weights: scale as a float; byte `i` has weights `2 i` and `2 i + 1` | byte `i` has weights `i` and `16 + i` |
/// | 3 `Q4_1` | the same with a minimum, a float, after the scale | likewise |
/// | 4 `Q4_2` | 16 weights: scale as a half; byte `i` has weights `2 i` and `2 i + 1` | |
/// | 5 `Q4_3` | the same with a minimum, a half, after the scale | |
/// | 6 `Q5_0`, 7 `Q5_1` | as today, but byte `i` has weights `2 i` and `2 i + 1` | as today |
/// | 8 `Q8_0` | 32 weights: scale as a float, signed bytes | the same |
///
/// What is as today, and `Q5_0` and `Q5_1` with their bytes rearranged, stays as it is; the others
/// are decoded. How many heads share keys is told from the extents of the tensors; what else the
/// files do not say ([GgmlFile#notes]) is what llama.cpp's converter assumes. The files of the
/// first days of March 2023 whose rows have all scales before all weights look the same as later
/// ones and are not told from them.
@NullMarked
package dev.quern.formats.ggml;

import org.jspecify.annotations.NullMarked;
