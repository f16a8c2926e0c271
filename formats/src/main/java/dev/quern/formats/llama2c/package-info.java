/// The files of llama2.c, which hold a LLaMA. All numbers are little-endian, and of 32 bits but for
/// quantized weights.
///
/// | version | header | weights |
/// |---|---|---|
/// | 0 | `dim`, `hidden_dim`, `n_layers`, `n_heads`, `n_kv_heads`, `vocab_size` (negative: an output matrix of its own), `seq_len` | floats: token embedding, attention norms, `wq`, `wk`, `wv`, `wo`, feed-forward norms, `w1`, `w2`, `w3`, last norm, tables of cosines and sines (`seq_len` x head length / 2 each, not used), output |
/// | 1 | `ak42` in reverse, 1, the same seven, a byte (1: output is the embedding), zeros up to byte 256 | floats: all attention norms, all feed-forward norms, last norm, token embedding, `wq`, `wk`, `wv`, `wo`, `w1`, `w2`, `w3`, output |
/// | 2 | the same with 2, and the size of groups after the byte | norms as in version 1; then in its order signed bytes and a float for each group of every matrix |
///
/// Every kind of weights is there for all layers before the next kind begins. Rotary rows lie in
/// pairs, as in a GGUF. The vocabulary is in a file of its own, `tokN.bin` for `N` tokens or
/// `tokenizer.bin`: the length of the longest token, then for each its score, length and bytes.
///
/// Files of version 0 have no mark: they are told by their size, which must be what their header
/// says.
@NullMarked
package dev.quern.formats.llama2c;

import org.jspecify.annotations.NullMarked;
