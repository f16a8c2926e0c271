package dev.quern.converter.overlay;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A LLaMA of Meta's, Mistral's or of a GGUF as Hugging Face would publish it: other names, and the
/// rotary rows of queries and keys in halves instead of pairs.
public final class HuggingFaceNames {
  private static final Map<String, String> META =
      Map.ofEntries(
          Map.entry("tok_embeddings", "model.embed_tokens"),
          Map.entry("norm", "model.norm"),
          Map.entry("output", "lm_head"),
          Map.entry("attention_norm", "input_layernorm"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("attention.wq", "self_attn.q_proj"),
          Map.entry("attention.wk", "self_attn.k_proj"),
          Map.entry("attention.wv", "self_attn.v_proj"),
          Map.entry("attention.wo", "self_attn.o_proj"),
          Map.entry("feed_forward.w1", "mlp.gate_proj"),
          Map.entry("feed_forward.w2", "mlp.down_proj"),
          Map.entry("feed_forward.w3", "mlp.up_proj"));

  private static final Map<String, String> GGUF =
      Map.ofEntries(
          Map.entry("token_embd", "model.embed_tokens"),
          Map.entry("output_norm", "model.norm"),
          Map.entry("output", "lm_head"),
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_down", "mlp.down_proj"),
          Map.entry("ffn_up", "mlp.up_proj"));

  private static final Pattern NAME =
      Pattern.compile("(?:(?:layers|blk)\\.(\\d+)\\.)?(.+)\\.(weight|bias)");
  private static final Pattern EXPERTS = Pattern.compile("block_sparse_moe\\..+");
  private static final Pattern COMPUTED =
      Pattern.compile("(.*\\.)?(rope\\.freqs|rope_freqs\\.weight)");

  private final Checkpoint checkpoint;
  private final Map<String, String> names;
  private final long heads;
  private final long keyHeads;

  private HuggingFaceNames(
      Checkpoint checkpoint, Map<String, String> names, long heads, long keyHeads) {
    this.checkpoint = checkpoint;
    this.names = names;
    this.heads = heads;
    this.keyHeads = keyHeads;
  }

  /// The tensors of `checkpoint`, which have Meta's names or Mistral's. What is returned closes it.
  ///
  /// @param config of the model, in the words of `config.json`
  /// @throws MalformedFileException if a tensor has a name that no LLaMA has
  public static Checkpoint ofMeta(Checkpoint checkpoint, ModelConfig config) {
    long heads = config.integer("num_attention_heads");
    long keyHeads = config.optionalInteger("num_key_value_heads").orElse(heads);
    return new HuggingFaceNames(checkpoint, META, heads, keyHeads).renamed();
  }

  /// The tensors of `checkpoint`, which have the names of a GGUF. What is returned closes it.
  ///
  /// @param metadata of the model
  /// @throws MalformedFileException if it is no LLaMA
  public static Checkpoint ofGguf(Checkpoint checkpoint, Metadata metadata) {
    String id = metadata.text("general.architecture");
    if (!id.equals("llama")) {
      throw new MalformedFileException(
          checkpoint.path(),
          "differences and adapters are added to a GGUF of a LLaMA alone, and this is %s; take the checkpoint it was made of"
              .formatted(id));
    }
    long heads = metadata.integer("llama.attention.head_count");
    long keyHeads = metadata.optionalInteger("llama.attention.head_count_kv").orElse(heads);
    return new HuggingFaceNames(checkpoint, GGUF, heads, keyHeads).renamed();
  }

  /// What a tensor called `name` by a GGUF of a LLaMA is called by Hugging Face, by what the former
  /// calls it.
  public static Map<String, String> ofTensors(List<String> gguf) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : gguf) {
      Matcher matcher = NAME.matcher(name);
      String word = matcher.matches() ? GGUF.get(matcher.group(2)) : null;
      if (word != null) {
        found.put(name, joined(matcher, word));
      }
    }
    return found;
  }

  private Checkpoint renamed() {
    List<SourceTensor> tensors = new ArrayList<>();
    for (SourceTensor tensor : checkpoint.tensors()) {
      if (!COMPUTED.matcher(tensor.name()).matches()) {
        tensors.add(renamed(tensor));
      }
    }
    return ListedCheckpoint.over(checkpoint, tensors, List.of(), () -> {});
  }

  private SourceTensor renamed(SourceTensor tensor) {
    Matcher matcher = NAME.matcher(tensor.name());
    if (!matcher.matches()) {
      throw unknown(tensor);
    }
    String word = matcher.group(2);
    String name = names.get(word);
    if (name == null && matcher.group(1) != null && EXPERTS.matcher(word).matches()) {
      name = word;
    }
    if (name == null) {
      throw unknown(tensor);
    }
    SourceTensor same = tensor;
    if (name.equals("self_attn.q_proj")) {
      same = HalvedRows.of(tensor, heads);
    } else if (name.equals("self_attn.k_proj")) {
      same = HalvedRows.of(tensor, keyHeads);
    }
    return new SourceTensor(
        joined(matcher, name), tensor.dtype(), tensor.shape(), same.data(), tensor.file());
  }

  private static String joined(Matcher matcher, String name) {
    String block = matcher.group(1) == null ? "" : "model.layers." + matcher.group(1) + ".";
    return block + name + "." + matcher.group(3);
  }

  private static MalformedFileException unknown(SourceTensor tensor) {
    return new MalformedFileException(
        tensor.file(),
        "tensor %s is none that a LLaMA of Hugging Face's has, so that nothing can be added to it"
            .formatted(tensor.name()));
  }
}
