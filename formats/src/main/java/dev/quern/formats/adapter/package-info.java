/// Low-rank adapters (LoRA) as they are published.
///
/// PEFT: a folder with `adapter_config.json` and `adapter_model.safetensors` or `.bin`.
///
/// | key of `adapter_config.json` | meaning |
/// |---|---|
/// | `r`, `rank_pattern` | rank; of modules whose name a pattern matches |
/// | `lora_alpha`, `alpha_pattern` | the product is scaled by `lora_alpha / r` |
/// | `use_rslora` | by `lora_alpha / sqrt(r)` instead |
/// | `fan_in_fan_out` | weights of linear modules are stored transposed |
/// | `use_dora` | every output's weights are scaled to a learned length |
///
/// | tensor, after `base_model.model.` | content |
/// |---|---|
/// | `M.lora_A.weight`, `M.lora_B.weight` | rank x inputs, outputs x rank: `B A` is added to the weight of module `M` |
/// | `M.lora_embedding_A`, `M.lora_embedding_B` | rank x tokens, length x rank: the transposed product is added |
/// | `M.lora_B.bias` | added to the bias of `M` |
/// | `M.lora_magnitude_vector` | the lengths of DoRA |
/// | any other | takes the place of the base's tensor (`modules_to_save`, biases) |
///
/// The name of the adapter (`default`) may stand behind `lora_A` and the like.
///
/// kohya's: one file, without configuration.
///
/// | tensor | content |
/// |---|---|
/// | `lora_unet_M.lora_down.weight`, `.lora_up.weight` | A and B; `M` is the module with `_` for `.`; `lora_te_M`, `lora_te1_M`, `lora_te2_M` for text encoders |
/// | `lora_unet_M.alpha` | scales as `lora_alpha` does; the rank if it is missing |
///
/// A file without configuration may also have PEFT's names, or `M.lora.down.weight` and
/// `M.lora.up.weight`.
@NullMarked
package dev.quern.formats.adapter;

import org.jspecify.annotations.NullMarked;
