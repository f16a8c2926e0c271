package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.Experts;
import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.DecoderTraits;
import dev.quern.formats.architecture.RotaryScaling;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a family's name says beside its metadata.
class FamilyTraitsTest {
  private final TestModel model = TestModel.random(GgmlType.F32, 1);
  private String id = "llama";

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void everySixthBlockOfGemma3SeesAll() {
    family("gemma3", 12);
    number("attention.sliding_window", 7);
    real("rope.freq_base", 1e6f);
    model.text("gemma3.rope.scaling.type", "linear");
    real("rope.scaling.factor", 8);
    List<BlockTraits> blocks = DecoderTraits.of(model).blocks();
    for (int i = 0; i < 12; i++) {
      boolean far = i % 6 == 5;
      Rotary rotary = blocks.get(i).rotary();
      assertThat(blocks.get(i).attention().window()).isEqualTo(far ? Attention.UNLIMITED : 7);
      assertThat(rotary.base()).isEqualTo(far ? 1e6f : 1e4f);
      assertThat(rotary.scaling())
          .isEqualTo(far ? new RotaryScaling.Linear(8) : new RotaryScaling.None());
    }
  }

  @Test
  void theMetadataSaysWhichBlocksHaveAWindow() {
    family("gemma2", 4);
    number("attention.sliding_window", 7);
    flags("attention.sliding_window_pattern", false, true, true, false);
    assertThat(DecoderTraits.of(model).blocks())
        .extracting(block -> block.attention().window())
        .containsExactly(Attention.UNLIMITED, 7, 7, Attention.UNLIMITED);
    flags("attention.sliding_window_pattern", false, true);
    rejects("attention.sliding_window_pattern has 2 values, wanted 4");
  }

  @Test
  void onlyBlocksOfOlmo3ThatSeeAllAreStretched() {
    family("olmo2", 4);
    number("attention.sliding_window", 7);
    flags("attention.sliding_window_pattern", true, true, true, false);
    model.text("olmo2.rope.scaling.type", "yarn");
    real("rope.scaling.factor", 8);
    number("rope.scaling.original_context_length", 64);
    List<BlockTraits> blocks = DecoderTraits.of(model).blocks();
    assertThat(blocks.get(2).rotary().scaling()).isEqualTo(new RotaryScaling.None());
    assertThat(blocks.get(3).rotary().scaling()).isInstanceOf(RotaryScaling.Yarn.class);
  }

  @Test
  void theLargestGemmasDivideByAnotherLength() {
    family("gemma2", 46);
    assertThat((double) scale()).isCloseTo(1 / Math.sqrt(TestModel.HIDDEN / 4.0), within(1e-7));
    number("attention.key_length", 32);
    assertThat((double) scale()).isCloseTo(1 / Math.sqrt(TestModel.HIDDEN / 4.0), within(1e-7));
    family("gemma2", 42);
    assertThat((double) scale()).isCloseTo(1 / Math.sqrt(32), within(1e-7));
    real("attention.scale", 0.3f);
    assertThat(scale()).isEqualTo(0.3f);
  }

  @ParameterizedTest
  @CsvSource({"32, , 0, 64", "40, , 8, 0", "40, 0, 0, 64", "4, 8, 8, 0"})
  void baichuanIsSlopedOrTurned(int blocks, Float said, float alibi, int dimensions) {
    family("baichuan", blocks);
    if (said != null) {
      real("attention.max_alibi_bias", said);
    }
    BlockTraits block = DecoderTraits.of(model).blocks().getFirst();
    assertThat(block.attention().scores().alibi()).isEqualTo(alibi);
    assertThat(block.rotary().dimensions()).isEqualTo(dimensions);
  }

  @ParameterizedTest
  @CsvSource({
    "gelu, GELU",
    "gelu_new, GELU_TANH",
    "gelu_fast, GELU_TANH",
    "silu, SILU",
    "relu2, RELU_SQUARED"
  })
  void theMetadataMaySayWhichFunction(String name, Activation activation) {
    family("gptneox", 2);
    model.text("gptneox.hidden_activation", name);
    Dense dense = (Dense) DecoderTraits.of(model).blocks().getFirst().feedForward();
    assertThat(dense.activation()).isEqualTo(activation);
    assertThat(dense.gated()).isFalse();
  }

  @Test
  void rejectsAFunctionThatNobodyKnows() {
    family("gptneox", 2);
    model.text("gptneox.hidden_activation", "softsign");
    rejects("hidden_activation is \"softsign\", which cannot be run");
  }

  @Test
  void yarnsMagnitudeIsTheOneThatIsSaid() {
    model.text("llama.rope.scaling.type", "yarn");
    real("rope.scaling.factor", 8);
    number("rope.scaling.original_context_length", 16);
    assertThat(magnitude()).isCloseTo((float) (0.1 * Math.log(8) + 1), within(1e-6f));
    real("rope.scaling.yarn_attn_factor", 1.25f);
    assertThat(magnitude()).isEqualTo(1.25f);
  }

  private float magnitude() {
    RotaryScaling scaling = DecoderTraits.of(model).blocks().getFirst().rotary().scaling();
    return ((RotaryScaling.Yarn) scaling).attentionFactor();
  }

  /// The reference converter says it of models that are not.
  @Test
  void aStableLmWithTwoNormsIsSequentialWhateverItSays() {
    family("stablelm", 1);
    real("attention.layer_norm_epsilon", 1e-5f);
    model.metadata.put("stablelm.use_parallel_residual", new MetadataValue.Bool(true));
    BlockTraits block = DecoderTraits.of(model).blocks().getFirst();
    assertThat(block.residual().order()).isEqualTo(BlockTraits.Order.SEQUENTIAL);
    assertThat(block.places()).isEqualTo(BlockTraits.NormPlaces.BEFORE);
  }

  @Test
  void yarnNeedNotEndAtWholePairs() {
    model.text("llama.rope.scaling.type", "yarn");
    real("rope.scaling.factor", 8);
    number("rope.scaling.original_context_length", 64);
    model.metadata.put("llama.rope.scaling.yarn_truncate", new MetadataValue.Bool(false));
    RotaryScaling scaling = DecoderTraits.of(model).blocks().getFirst().rotary().scaling();
    assertThat(((RotaryScaling.Yarn) scaling).whole()).isFalse();
  }

  @Test
  void oldFilesOfMiniCpmAreNotGuessedAt() {
    family("minicpm", 2);
    assertThatThrownBy(() -> DecoderTraits.of(model))
        .hasMessage("test.gguf: metadata has no key minicpm.embedding_scale");
  }

  @Test
  void expertsBeginAfterTheDenseBlocks() {
    family("deepseek", 3);
    expertsOfEight();
    number("expert_shared_count", 2);
    number("expert_feed_forward_length", 24);
    number("leading_dense_block_count", 1);
    List<BlockTraits> blocks = DecoderTraits.of(model).blocks();
    assertThat(blocks.get(0).feedForward()).isEqualTo(new Dense(Activation.SILU, true, 512));
    Experts experts = (Experts) blocks.get(1).feedForward();
    assertThat(experts.expert().length()).isEqualTo(24);
    assertThat(experts.shared().length()).isEqualTo(48);
    assertThat(experts.router().gating()).isEqualTo(Gating.SOFTMAX);
    assertThat(experts.router().normalized()).isFalse();
    number("expert_gating_func", 2);
    assertThat(((Experts) DecoderTraits.of(model).blocks().get(2).feedForward()).router().gating())
        .isEqualTo(Gating.SIGMOID);
  }

  @ParameterizedTest
  @CsvSource({
    "expert_used_count, 9, 'expert_used_count is 9, wanted 1 to 8'",
    "expert_group_count, 3, 'expert_group_count is 3, of which 3 cannot give 2 of 8'",
    "expert_gating_func, 7, 'expert_gating_func is not 1, 2 or 3'",
    "leading_dense_block_count, 3, 'leading_dense_block_count is 3, wanted 0 to 2'"
  })
  void rejectsRoutersThatCannotBe(String key, long value, String problem) {
    family("qwen3moe", 2);
    expertsOfEight();
    number(key, value);
    rejects(problem);
  }

  @Test
  void rejectsExpertsOfAFamilyWithout() {
    family("gpt2", 2);
    number("expert_count", 8);
    rejects("expert_count is 8, but this family has no experts");
  }

  @Test
  void rejectsLatentLengthsThatDoNotFit() {
    family("deepseek2", 2);
    number("attention.head_count_kv", 1);
    number("attention.kv_lora_rank", 48);
    number("attention.key_length_mla", 40);
    number("attention.value_length_mla", 24);
    number("attention.value_length", 48);
    number("rope.dimension_count", 8);
    number("attention.key_length", 57);
    rejects("attention.key_length is 57, wanted 56");
    number("attention.key_length", 56);
    assertThat(DecoderTraits.of(model).blocks()).hasSize(2);
    number("attention.key_length_mla", 8);
    rejects("attention.key_length_mla is 8, wanted more than 8");
  }

  /// Makes the model one of another family.
  private void family(String name, int blocks) {
    Map<String, MetadataValue> renamed = new TreeMap<>();
    model.metadata.forEach(
        (key, value) -> renamed.put(key.replaceFirst("^" + id + "\\.", name + "."), value));
    model.metadata.clear();
    model.metadata.putAll(renamed);
    id = name;
    model.text("general.architecture", name);
    number("block_count", blocks);
    real("attention.layer_norm_epsilon", 1e-5f);
  }

  /// Gives both blocks a router that chooses two of eight experts.
  private void expertsOfEight() {
    number("expert_count", 8);
    number("expert_used_count", 2);
    for (int block = 0; block < 2; block++) {
      String router = "blk." + block + ".ffn_gate_inp.weight";
      model.add(router, GgmlType.F32, new Random(block), TestModel.HIDDEN, 8);
    }
  }

  private float scale() {
    return DecoderTraits.of(model).blocks().getFirst().attention().scores().scale();
  }

  private void number(String key, long value) {
    model.number(id + "." + key, value);
  }

  private void real(String key, float value) {
    model.metadata.put(id + "." + key, new MetadataValue.Float32(value));
  }

  private void flags(String key, Boolean... values) {
    model.metadata.put(id + "." + key, MetadataValue.Array.ofFlags(List.of(values)));
  }

  private void rejects(String problem) {
    assertThatThrownBy(() -> DecoderTraits.of(model))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("test.gguf: metadata " + id + "." + problem);
  }
}
