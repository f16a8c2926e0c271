/// A model as Mistral publishes it.
///
/// | file | content |
/// |---|---|
/// | `params.json` | `dim`, `n_layers`, `head_dim`, `hidden_dim`, `n_heads`, `n_kv_heads`, `norm_eps`, `vocab_size`, `rope_theta`, `sliding_window`, `moe`, `yarn`, `quantization` |
/// | `consolidated.safetensors`, or its index and shards, or `consolidated.00.pth` | weights under the names of Meta's files, rotary rows in pairs |
/// | `tokenizer.model`, `tokenizer.model.v3` and so on, or `tekken.json` | tokenizer |
///
/// A mixture of experts (Mixtral) has in every block, beside attention:
///
/// | tensor | here called |
/// |---|---|
/// | `feed_forward.gate` | `block_sparse_moe.gate` |
/// | `feed_forward.experts.E.w1`, `w2`, `w3` | `block_sparse_moe.experts.E.w1`, `w2`, `w3` |
///
/// which are the names of the family elsewhere.
///
/// A published folder often has Hugging Face's files besides; then these are taken unless a
/// `consolidated` file is named.
@NullMarked
package dev.quern.formats.mistral;

import org.jspecify.annotations.NullMarked;
