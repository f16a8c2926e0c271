package dev.quern.quantizers.recipe;

import java.util.List;

/// The tensors that no recipe touches: what is small, or suffers too much.
final class NeverQuantized {
  private static final List<String> PARTS =
      List.of(
          // norms, and the choice of experts
          "_norm.weight",
          "ffn_gate_inp.weight",
          "ffn_gate_tid2eid.weight",
          // Gemma 3n: very small, and not too big
          "altup",
          "laurel",
          "per_layer_model_proj",
          // short convolutions of Mamba, Kimi and LFM2
          "ssm_conv1d",
          "shortconv.conv.weight",
          // MiniMax's indexer
          "indexer.k_proj.weight",
          "indexer.q_proj.weight",
          // RWKV's small matrices
          "time_mix_first.weight",
          "time_mix_w0.weight",
          "time_mix_w1.weight",
          "time_mix_w2.weight",
          "time_mix_v0.weight",
          "time_mix_v1.weight",
          "time_mix_v2.weight",
          "time_mix_a0.weight",
          "time_mix_a1.weight",
          "time_mix_a2.weight",
          "time_mix_g1.weight",
          "time_mix_g2.weight",
          "time_mix_decay_w1.weight",
          "time_mix_decay_w2.weight",
          "time_mix_lerp_fused.weight",
          // T5's relative positions
          "attn_rel_b.weight",
          // images and sound
          ".position_embd",
          "sam.pos_embd",
          "sam.neck.",
          "sam.net_",
          ".rel_pos",
          ".patch_embd",
          ".patch_merger",
          "a.rvq.codebook",
          "mm.a.code_embd");

  private static final List<String> NAMES = List.of("position_embd.weight", "token_types.weight");

  private NeverQuantized() {}

  /// True if `tensor` stays as it is.
  static boolean contains(TensorFacts tensor) {
    String name = tensor.name();
    return tensor.dimensions() < 2
        || !name.endsWith("weight")
        || NAMES.contains(name)
        || PARTS.stream().anyMatch(name::contains);
  }
}
