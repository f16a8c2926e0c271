package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.architecture.RunnableFamilies;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileModelsTest {
  private static final Random RANDOM = new Random(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token_embd.weight",
        "output_norm.weight",
        "blk.0.attn_norm.weight",
        "blk.1.attn_q.weight",
        "blk.0.attn_k.weight",
        "blk.0.attn_v.weight",
        "blk.1.attn_output.weight",
        "blk.1.ffn_norm.weight",
        "blk.1.ffn_gate.weight",
        "blk.0.ffn_up.weight",
        "blk.1.ffn_down.weight"
      })
  void rejectsAMissingTensor(String name) {
    rejects(model -> model.tensors.remove(name), "test.gguf: tensor " + name + " is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "output.weight, 256, 299, 256 x 300",
    "blk.0.attn_q.weight, 256, 255, 256 x 256",
    "blk.0.attn_k.weight, 256, 256, 256 x 128",
    "blk.0.attn_v.weight, 128, 128, 256 x 128",
    "blk.0.ffn_down.weight, 256, 512, 512 x 256",
    "blk.1.attn_q.bias, 255, 1, 256",
    "blk.1.ffn_norm.weight, 1, 256, 256",
    "rope_freqs.weight, 31, 1, 32"
  })
  void rejectsAWrongShape(String name, long length, long rows, String wanted) {
    rejects(
        model -> model.add(name, GgmlType.F32, RANDOM, length, rows),
        "test.gguf: " + name + " is " + length + " x " + rows + ", wanted " + wanted);
  }

  @Test
  void rejectsAnEmbeddingOfAnotherLength() {
    rejects(
        model -> model.add("token_embd.weight", GgmlType.F32, RANDOM, 128, 300),
        "test.gguf: token_embd.weight is 128 x 300, wanted 256 (embedding_length) by the"
            + " vocabulary");
  }

  @Test
  void rejectsATensorThatWouldBeIgnored() {
    rejects(
        model -> model.add("blk.0.attn_q_norm.weight", GgmlType.F32, RANDOM, 64),
        "test.gguf: tensor blk.0.attn_q_norm.weight is not part of a model of architecture llama");
  }

  @ParameterizedTest
  @CsvSource({
    "attention.head_count, 0, 'is 0, wanted 1 to 1048576'",
    "attention.head_count, 3, 'is 3, not a multiple of 2 (head_count_kv)'",
    "attention.head_count_kv, 3, 'is 4, not a multiple of 3 (head_count_kv)'",
    "attention.head_count_kv, 0, 'is 0, wanted 1 to 1048576'",
    "context_length, 1099511627776, 'is 1099511627776, wanted 1 to 1073741824'",
    "block_count, 0, 'is 0, wanted 1 to 1048576'",
    "block_count, -1, 'is 18446744073709551615 (UINT64), not a number below 2^63'",
    "embedding_length, 4294967296, 'is 4294967296, wanted 1 to 1048576'",
    "feed_forward_length, 0, 'is 0, wanted 1 to 16777216'",
    "rope.dimension_count, 66, 'is 66, wanted 1 to 64'",
    "rope.dimension_count, 33, 'is 33, an even number is wanted'",
    "rope.freq_base, 0, 'is 0.0, a positive number is wanted'",
    "rope.scaling.factor, 0, 'is 0.0, a positive number is wanted'",
    "attention.sliding_window, 4294967296, 'is 4294967296, wanted 0 to 2147483647'",
    "attention.layer_norm_rms_epsilon, 0, 'is 0.0, a positive number is wanted'",
    "expert_count, 65537, 'is 65537, wanted 0 to 65536'"
  })
  void rejectsAbsurdNumbers(String key, long value, String problem) {
    String shown = problem.contains("head_count_kv") ? "attention.head_count" : key;
    rejects(
        model -> model.number("llama." + key, value),
        "test.gguf: metadata llama." + shown + " " + problem);
  }

  @Test
  void rejectsMoreBlocksThanThereAreTensorsOf() {
    rejects(
        model -> model.number("llama.block_count", 1 << 20),
        "test.gguf: tensor blk.2.attn_norm.weight is missing");
  }

  @Test
  void rejectsLengthsThatNoTensorHas() {
    rejects(
        model -> {
          model.number("llama.attention.key_length", 1 << 20);
          model.number("llama.attention.head_count", 1 << 20);
          model.number("llama.attention.head_count_kv", 1 << 20);
        },
        "test.gguf: blk.0.attn_q.weight is 256 x 256, wanted 256 x 1099511627776");
  }

  @Test
  void rejectsHeadsThatDoNotDivideTheHiddenLength() {
    rejects(
        model -> {
          model.number("llama.attention.head_count", 6);
        },
        "test.gguf: metadata llama.embedding_length is 256, not a multiple of 6 heads, and"
            + " attention.key_length is missing");
  }

  @Test
  void rejectsAnEpsilonThatIsMissing() {
    rejects(
        model -> model.metadata.remove("llama.attention.layer_norm_rms_epsilon"),
        "test.gguf: metadata has no key llama.attention.layer_norm_rms_epsilon");
  }

  @Test
  void rejectsAnUnknownRotaryScaling() {
    rejects(
        model -> model.text("llama.rope.scaling.type", "xpos"),
        "test.gguf: metadata llama.rope.scaling.type is \"xpos\", wanted: none, linear, yarn or"
            + " longrope");
  }

  @Test
  void rejectsATypeWithoutACodec() {
    rejects(
        model -> model.tensors.put("blk.0.attn_v.weight", new EmptyTensor(GgmlType.I8, 256, 128)),
        "test.gguf: blk.0.attn_v.weight is I8, a type that cannot be run");
  }

  @Test
  void rejectsAnotherArchitecture() {
    rejects(
        model -> model.text("general.architecture", "no-such"),
        "test.gguf: architecture \"no-such\" cannot be run, wanted: "
            + String.join(", ", RunnableFamilies.ids()));
    rejects(
        model -> model.metadata.remove("general.architecture"),
        "test.gguf: general.architecture is missing or not a text");
    rejects(
        model -> model.metadata.put("general.architecture", new MetadataValue.Bool(true)),
        "test.gguf: general.architecture is missing or not a text");
  }

  @Test
  void rejectsMoreThreadsThanMakeSense() {
    assertThatThrownBy(() -> EngineOptions.exact(0)).hasMessage("threads is 0, wanted 1 to 1024");
    assertThatThrownBy(() -> EngineOptions.fast(1025)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void rejects(Consumer<TestModel> abuse, String message) {
    try (TestModel model = TestModel.random(GgmlType.F32, 11)) {
      abuse.accept(model);
      assertThatThrownBy(() -> LanguageModel.load(model, EngineOptions.exact(1)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(message);
      assertThat(message).doesNotContain("\n");
    }
  }
}
