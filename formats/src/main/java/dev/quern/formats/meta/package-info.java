/// A LLaMA as Meta publishes it.
///
/// | file | content |
/// |---|---|
/// | `params.json` | `dim`, `n_layers`, `n_heads`, `n_kv_heads`, `norm_eps`, `rope_theta`, `use_scaled_rope`, `vocab_size` (-1: as many as the tokenizer has) |
/// | `consolidated.00.pth`, `.01` … | one file of PyTorch's for each model-parallel rank |
/// | `tokenizer.model` | SentencePiece, or tiktoken's ranks from LLaMA 3 on; here or in the folder above |
///
/// Every rank has every tensor, whole or a slice of it:
///
/// | tensor | rank `r` of `n` has |
/// |---|---|
/// | `attention.wq`, `wk`, `wv`, `feed_forward.w1`, `w3`, `output` | the `r`-th of `n` parts of the rows |
/// | `attention.wo`, `feed_forward.w2` | the `r`-th of `n` parts of every row |
/// | `tok_embeddings` | parts of every row in LLaMA 1 and 2, of the rows in LLaMA 3: its row length tells |
/// | `attention_norm`, `ffn_norm`, `norm`, `rope.freqs` | all of it |
///
/// Parts are joined when they are read. How long a context may be is in none of these files; it is
/// concluded from what tells the versions apart, and said in a note.
@NullMarked
package dev.quern.formats.meta;

import org.jspecify.annotations.NullMarked;
