package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A mixture of experts, made here as Hugging Face and as Mistral publish it.
final class MixtralFolderTest {
  private static final int HIDDEN = 32;
  private static final int LENGTH = 48;
  private static final int HEADS = 4;
  private static final int EXPERTS = 3;
  private static final int VOCABULARY = 320;

  @TempDir private Path folder = Path.of("");
  private final Random random = new Random(9);
  private final List<Entry> mistral = new ArrayList<>();
  private final List<Entry> huggingFace = new ArrayList<>();

  private Path own = Path.of("");
  private Path theirs = Path.of("");

  @BeforeEach
  void writeBoth() throws IOException {
    makeTensors();
    own = Files.createDirectories(folder.resolve("own"));
    theirs = Files.createDirectories(folder.resolve("theirs"));
    SafetensorsWriter.write(own.resolve("consolidated.safetensors"), Map.of(), mistral);
    SafetensorsWriter.write(theirs.resolve("model.safetensors"), Map.of(), huggingFace);
    Files.writeString(
        own.resolve("params.json"),
        """
        {"dim": 32, "n_layers": 1, "head_dim": 8, "hidden_dim": 48, "n_heads": 4, "n_kv_heads": 4,
         "norm_eps": 1e-5, "vocab_size": 320, "rope_theta": 1e6, "max_seq_len": 64,
         "moe": {"num_experts": 3, "num_experts_per_tok": 2}}
        """);
    Files.writeString(
        theirs.resolve("config.json"),
        """
        {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 32,
         "num_hidden_layers": 1, "intermediate_size": 48, "num_attention_heads": 4,
         "num_key_value_heads": 4, "rms_norm_eps": 1e-5, "vocab_size": 320, "rope_theta": 1e6,
         "max_position_embeddings": 64, "num_local_experts": 3, "num_experts_per_tok": 2}
        """);
    for (Path one : List.of(own, theirs)) {
      Files.copy(
          Path.of("src/test/resources/golden/tiny-llama/tokenizer.model"),
          one.resolve("tokenizer.model"));
    }
  }

  @Test
  void mistralsFilesBecomeTheTensorsOfHuggingFaces() {
    assertSame(SourceOptions.defaults());
  }

  @Test
  void anAdapterIsAddedToBothAlike() throws IOException {
    Merging adding =
        new Merging(
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            List.of(new Merging.Adapter(adapter(), 1)));
    SourceOptions merging =
        new SourceOptions(Optional.empty(), Optional.empty(), Optional.empty(), adding);
    assertSame(merging);
    try (ModelSource merged = ModelSource.open(own, merging);
        ModelSource plain = ModelSource.open(own, SourceOptions.defaults())) {
      Map<TensorInfo, float[]> before = weights(plain);
      List<String> changed = new ArrayList<>();
      weights(merged)
          .forEach(
              (info, numbers) -> {
                if (!Arrays.equals(numbers, before.get(info))) {
                  changed.add(info.name());
                }
              });
      assertThat(changed)
          .containsExactlyInAnyOrder("blk.0.attn_q.weight", "blk.0.ffn_down_exps.weight");
    }
  }

  /// For the queries and the second expert.
  private Path adapter() throws IOException {
    Path adapter = Files.createDirectories(folder.resolve("adapter"));
    String layer = "base_model.model.model.layers.0.";
    List<Entry> entries = new ArrayList<>();
    addPair(entries, layer + "self_attn.q_proj", HIDDEN, HIDDEN);
    addPair(entries, layer + "block_sparse_moe.experts.1.w2", LENGTH, HIDDEN);
    SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), Map.of(), entries);
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"target_modules\": [\"q_proj\","
            + " \"w2\"]}");
    return adapter;
  }

  private void addPair(List<Entry> entries, String module, int inputs, int outputs) {
    entries.add(
        new Entry(module + ".lora_A.weight", DType.F32, Shape.of(inputs, 2), numbers(2 * inputs)));
    entries.add(
        new Entry(
            module + ".lora_B.weight", DType.F32, Shape.of(2, outputs), numbers(2 * outputs)));
  }

  private void assertSame(SourceOptions options) {
    try (ModelSource first = ModelSource.open(own, options);
        ModelSource second = ModelSource.open(theirs, options)) {
      assertThat(first.problems()).isEmpty();
      Map<TensorInfo, float[]> wanted = weights(second);
      assertThat(weights(first)).containsOnlyKeys(wanted.keySet());
      weights(first).forEach((info, numbers) -> assertThat(numbers).isEqualTo(wanted.get(info)));
      assertThat(first.metadata(0))
          .containsEntry("llama.expert_count", second.metadata(0).get("llama.expert_count"));
      assertThat(second.metadata(0)).containsKey("llama.expert_used_count");
    }
  }

  private static Map<TensorInfo, float[]> weights(ModelSource source) {
    Map<TensorInfo, float[]> weights = new LinkedHashMap<>();
    for (SourceWeight weight : source.weights()) {
      float[] numbers = new float[(int) weight.info().shape().elements()];
      weight.reader().read(0, numbers.length, numbers);
      weights.put(weight.info(), numbers);
    }
    return weights;
  }

  private void makeTensors() {
    add("tok_embeddings", "model.embed_tokens", HIDDEN, VOCABULARY);
    add("output", "lm_head", HIDDEN, VOCABULARY);
    add("norm", "model.norm", HIDDEN);
    String layer = "model.layers.0.";
    add("layers.0.attention_norm", layer + "input_layernorm", HIDDEN);
    add("layers.0.ffn_norm", layer + "post_attention_layernorm", HIDDEN);
    addRotary("layers.0.attention.wq", layer + "self_attn.q_proj");
    addRotary("layers.0.attention.wk", layer + "self_attn.k_proj");
    add("layers.0.attention.wv", layer + "self_attn.v_proj", HIDDEN, HIDDEN);
    add("layers.0.attention.wo", layer + "self_attn.o_proj", HIDDEN, HIDDEN);
    String moe = layer + "block_sparse_moe.";
    add("layers.0.feed_forward.gate", moe + "gate", HIDDEN, EXPERTS);
    for (int expert = 0; expert < EXPERTS; expert++) {
      String from = "layers.0.feed_forward.experts." + expert;
      String to = moe + "experts." + expert;
      add(from + ".w1", to + ".w1", HIDDEN, LENGTH);
      add(from + ".w2", to + ".w2", LENGTH, HIDDEN);
      add(from + ".w3", to + ".w3", HIDDEN, LENGTH);
    }
  }

  private void add(String own, String theirs, long... extents) {
    Shape shape = Shape.of(extents);
    MemorySegment bytes = numbers((int) shape.elements());
    mistral.add(new Entry(own + ".weight", DType.F32, shape, bytes));
    huggingFace.add(new Entry(theirs + ".weight", DType.F32, shape, bytes));
  }

  /// Rows in halves there, in pairs here.
  private void addRotary(String own, String theirs) {
    Shape shape = Shape.of(HIDDEN, HIDDEN);
    MemorySegment halves = numbers(HIDDEN * HIDDEN);
    MemorySegment pairs = MemorySegment.ofArray(new byte[4 * HIDDEN * HIDDEN]);
    int head = HIDDEN / HEADS;
    long row = 4L * HIDDEN;
    for (int to = 0; to < HIDDEN; to++) {
      int inHead = to % head;
      int from = to - inHead + inHead % 2 * (head / 2) + inHead / 2;
      MemorySegment.copy(halves, from * row, pairs, to * row, row);
    }
    mistral.add(new Entry(own + ".weight", DType.F32, shape, pairs));
    huggingFace.add(new Entry(theirs + ".weight", DType.F32, shape, halves));
  }

  private MemorySegment numbers(int count) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * count]);
    for (int i = 0; i < count; i++) {
      bytes.set(Le.FLOAT, 4L * i, (float) random.nextGaussian());
    }
    return bytes;
  }
}
