package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// LLaMA 1 to 3, and what has its shape: Alpaca, Vicuna, Koala, Mistral, TinyLlama, Yi.
///
/// | Hugging Face | GGUF | |
/// |---|---|---|
/// | `model.embed_tokens` | `token_embd` | |
/// | `model.layers.N.input_layernorm` | `blk.N.attn_norm` | |
/// | `model.layers.N.self_attn.q_proj`, `k_proj` | `blk.N.attn_q`, `attn_k` | rotary rows permuted |
/// | `model.layers.N.self_attn.v_proj`, `o_proj` | `blk.N.attn_v`, `attn_output` | |
/// | `model.layers.N.post_attention_layernorm` | `blk.N.ffn_norm` | |
/// | `model.layers.N.mlp.gate_proj`, `up_proj`, `down_proj` | `blk.N.ffn_gate`, `ffn_up`, `ffn_down` | |
/// | `model.norm` | `output_norm` | |
/// | `lm_head` | `output` | absent when tied |
/// | (LLaMA 3 rotary scaling) | `rope_freqs` | computed |
///
/// Meta's own files have other names, and their rotary rows lie in pairs already, as in a GGUF:
///
/// | Meta | GGUF |
/// |---|---|
/// | `tok_embeddings`, `norm`, `output` | `token_embd`, `output_norm`, `output` |
/// | `layers.N.attention_norm`, `ffn_norm` | `blk.N.attn_norm`, `ffn_norm` |
/// | `layers.N.attention.wq`, `wk`, `wv`, `wo` | `blk.N.attn_q`, `attn_k`, `attn_v`, `attn_output` |
/// | `layers.N.feed_forward.w1`, `w2`, `w3` | `blk.N.ffn_gate`, `ffn_down`, `ffn_up` |
///
/// Deliberate difference from the reference: `llama.attention.sliding_window` is written for
/// Mistral, whose PyTorch implementation honours the window; llama.cpp loads the file and ignores
/// it.
final class Llama implements Architecture {
  private static final String LAYERS = "model.layers.";

  private static final Map<String, String> TOP =
      Map.of(
          "model.embed_tokens", "token_embd",
          "model.norm", "output_norm",
          "lm_head", "output",
          "model.tok_embeddings", "token_embd",
          "model.output", "output");

  private static final Map<String, String> BLOCK =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("attention_norm", "attn_norm"),
          Map.entry("ffn_norm", "ffn_norm"),
          Map.entry("attention.wq", "attn_q"),
          Map.entry("attention.wk", "attn_k"),
          Map.entry("attention.wv", "attn_v"),
          Map.entry("attention.wo", "attn_output"),
          Map.entry("feed_forward.w1", "ffn_gate"),
          Map.entry("feed_forward.w2", "ffn_down"),
          Map.entry("feed_forward.w3", "ffn_up"));

  @Override
  public String id() {
    return "llama";
  }

  @Override
  public List<String> classNames() {
    return List.of("LlamaForCausalLM", "LLaMAForCausalLM", "MistralForCausalLM", "LlamaModel");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    boolean mistral = config.optionalText("model_type").orElse("").equals("mistral");
    Map<String, Object> defaults = new HashMap<>();
    defaults.put("vocab_size", 32000);
    defaults.put("hidden_size", 4096);
    defaults.put("intermediate_size", mistral ? 14336 : 11008);
    defaults.put("num_hidden_layers", 32);
    defaults.put("num_attention_heads", 32);
    defaults.put("max_position_embeddings", mistral ? 131072 : 2048);
    defaults.put("rms_norm_eps", 1e-6);
    defaults.put("tie_word_embeddings", false);
    if (mistral) {
      defaults.put("num_key_value_heads", 8);
    }
    if (mistral && !config.keys().contains("sliding_window")) {
      defaults.put("sliding_window", 4096);
    }
    if (RopeParameters.of(config).flatMap(rope -> rope.number("rope_theta")).isEmpty()) {
      defaults.put("rope_theta", 10000.0);
    }
    ModelConfig known = config.withDefaults(defaults);
    long heads = Math.max(1, known.integer("num_attention_heads"));
    return known.withDefaults(
        Map.of("num_key_value_heads", heads, "head_dim", known.integer("hidden_size") / heads));
  }

  @Override
  public void describe(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    LlamaLimits.check(config);
    metadata.put("llama.vocab_size", new Uint32(config.integer("vocab_size")));
    metadata.put("llama.rope.dimension_count", new Uint32(config.integer("head_dim")));
    config
        .optionalInteger("sliding_window")
        .ifPresent(window -> metadata.put("llama.attention.sliding_window", new Uint32(window)));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    LlamaShapes shapes = LlamaShapes.of(config);
    TensorMap.Builder map = new TensorMap.Builder(checkpoint.path());
    ropeFactors(config)
        .ifPresent(factors -> map.add(TensorMapping.constant("rope_freqs.weight", factors)));
    for (SourceTensor tensor : checkpoint.tensors()) {
      if (isBuffer(tensor.name())) {
        continue;
      }
      Optional<String> name = ggufName(tensor.name(), shapes.layers());
      if (name.isEmpty()) {
        map.unknown(tensor);
      } else {
        map.add(mapping(name.get(), tensor, shapes, map));
      }
    }
    map.require(shapes.required());
    return map.build();
  }

  @Override
  public DecoderTraits traits(ModelView model) {
    return DecoderTraits.of(model);
  }

  private static boolean isBuffer(String name) {
    return name.endsWith(".rotary_emb.inv_freq")
        || name.endsWith("rope.freqs")
        || name.endsWith(".attention.masked_bias")
        || name.endsWith(".attention.bias");
  }

  private static TensorMapping mapping(
      String name, SourceTensor tensor, LlamaShapes shapes, TensorMap.Builder map) {
    map.check(tensor, name, shapes.of(name));
    if (tensor.name().contains(".attention.w")) {
      return TensorMapping.keep(name, tensor); // Meta's rows lie in pairs
    }
    String part = name.substring(name.lastIndexOf("attn_") < 0 ? 0 : name.lastIndexOf("attn_"));
    return switch (part) {
      case "attn_q.weight", "attn_q.bias" -> permuted(name, tensor, shapes.heads());
      case "attn_k.weight", "attn_k.bias" -> permuted(name, tensor, shapes.keyValueHeads());
      default -> TensorMapping.keep(name, tensor);
    };
  }

  private static TensorMapping permuted(String name, SourceTensor tensor, int heads) {
    return new TensorMapping(
        name, tensor.shape(), List.of(tensor), new Transform.PermuteRotary(heads));
  }

  /// The GGUF name of a tensor of the checkpoint, with or without the `model.` that published files
  /// begin with; empty if the family has no such tensor.
  private static Optional<String> ggufName(String source, long layers) {
    String name = source.replace("language_model.", "");
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String module = name.substring(0, dot);
    String suffix = name.substring(dot);
    if (!suffix.equals(".weight") && !suffix.equals(".bias")) {
      return Optional.empty();
    }
    if (!module.startsWith("model.") && !module.equals("lm_head")) {
      module = "model." + module;
    }
    return module.startsWith(LAYERS)
        ? blockName(module.substring(LAYERS.length()), layers).map(block -> block + suffix)
        : Optional.ofNullable(TOP.get(module)).map(top -> top + suffix);
  }

  private static Optional<String> blockName(String numbered, long layers) {
    int dot = numbered.indexOf('.');
    if (dot < 1
        || dot > 6
        || !numbered.substring(0, dot).chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int layer = Integer.parseInt(numbered.substring(0, dot));
    return layer >= layers
        ? Optional.empty()
        : Optional.ofNullable(BLOCK.get(numbered.substring(dot + 1)))
            .map(part -> "blk." + layer + "." + part);
  }

  /// The factors by which LLaMA 3 slows its rotary frequencies, one per pair of a head's rows, in
  /// the order of single-precision operations in which PyTorch computes them for the reference
  /// converter.
  private static Optional<List<Float>> ropeFactors(ModelConfig config) {
    Optional<RopeParameters> rope =
        RopeParameters.of(config).filter(parameters -> parameters.type().equals("llama3"));
    return rope.map(
        parameters -> Llama3Factors.of(parameters, Math.toIntExact(config.integer("head_dim"))));
  }
}
