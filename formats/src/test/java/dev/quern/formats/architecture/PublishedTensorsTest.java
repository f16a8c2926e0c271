package dev.quern.formats.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tensors of published models that lie otherwise than in the family's usual ones, or of which the
/// reference converter makes something else, or nothing.
final class PublishedTensorsTest {
  @TempDir private Path folder = Path.of("");

  /// The class of before transformers', whose vocabulary does not count all rows.
  @Test
  void dividesTheFusedMatricesOfTheFirstOlmos() throws IOException {
    String block = "model.transformer.blocks.0.";
    HeapCheckpoint tensors =
        new HeapCheckpoint()
            .add("model.transformer.wte.weight", 8, 12)
            .add("model.transformer.ff_out.weight", 8, 12)
            .add(block + "att_proj.weight", 8, 16)
            .add(block + "attn_out.weight", 8, 8)
            .add(block + "ff_proj.weight", 8, 20)
            .add(block + "ff_out.weight", 10, 8);
    Path file = folder.resolve("config.json");
    Files.writeString(
        file,
        """
        {"architectures": ["OLMoForCausalLM"], "d_model": 8, "n_heads": 4, "n_kv_heads": 2,
         "n_layers": 1, "mlp_hidden_size": 20, "max_sequence_length": 32, "vocab_size": 11,
         "embedding_size": 12, "weight_tying": false}""");
    Olmo olmo = new Olmo();
    TensorMap map = olmo.map(olmo.complete(ModelConfig.read(file)), tensors);
    assertThat(map.problems()).isEmpty();
    assertThat(transform(map, "blk.0.attn_k.weight"))
        .isEqualTo(new Transform.TakeRows(16, 8, 4).then(new Transform.PermuteRotary(2)));
    assertThat(transform(map, "blk.0.attn_v.weight")).isEqualTo(new Transform.TakeRows(16, 12, 4));
    assertThat(transform(map, "blk.0.ffn_up.weight")).isEqualTo(new Transform.TakeRows(20, 0, 10));
    assertThat(transform(map, "blk.0.ffn_gate.weight"))
        .isEqualTo(new Transform.TakeRows(20, 10, 10));
  }

  /// Its class alone normalizes the output matrix whenever it runs.
  @ParameterizedTest
  @CsvSource({"64000, false", "125696, true"})
  void normalizesTheOutputMatrixOfTheSecondBaichuan(long vocabulary, boolean normalized)
      throws IOException {
    HeapCheckpoint tensors =
        new HeapCheckpoint()
            .add("model.embed_tokens.weight", 4, vocabulary)
            .add("lm_head.weight", 4, vocabulary);
    Path file = folder.resolve("config.json");
    Files.writeString(
        file,
        """
        {"architectures": ["BaichuanForCausalLM"], "hidden_size": 4, "num_attention_heads": 2,
         "num_hidden_layers": 1, "vocab_size": %d}"""
            .formatted(vocabulary));
    Baichuan baichuan = new Baichuan();
    TensorMap map = baichuan.map(baichuan.complete(ModelConfig.read(file)), tensors);
    assertThat(transform(map, "output.weight"))
        .isEqualTo(normalized ? new Transform.UnitRows() : new Transform.Keep());
  }

  /// No other converter knows the family, so its tensors are listed here as PyTorch names them.
  @Test
  void knowsEveryTensorOfAGptJ() throws IOException {
    HeapCheckpoint tensors = gptJ();
    TensorMap map = mapGptJ(tensors);
    assertThat(map.problems()).isEmpty();
    assertThat(map.tensors())
        .extracting(TensorMapping::name)
        .containsExactlyInAnyOrder(
            "token_embd.weight",
            "output_norm.weight",
            "output_norm.bias",
            "output.weight",
            "output.bias",
            "blk.0.attn_norm.weight",
            "blk.0.attn_norm.bias",
            "blk.0.attn_q.weight",
            "blk.0.attn_k.weight",
            "blk.0.attn_v.weight",
            "blk.0.attn_output.weight",
            "blk.0.ffn_up.weight",
            "blk.0.ffn_up.bias",
            "blk.0.ffn_down.weight",
            "blk.0.ffn_down.bias");
    for (TensorMapping mapping : map.tensors()) {
      String name = mapping.sources().getFirst().name();
      if (name.endsWith(".weight")) {
        assertThat(mapGptJ(gptJ().without(name)).problems()).as(name).isNotEmpty();
      }
    }
  }

  private TensorMap mapGptJ(HeapCheckpoint tensors) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(
        file,
        """
        {"architectures": ["GPTJForCausalLM"], "n_embd": 8, "n_head": 2, "n_layer": 1,
         "vocab_size": 12, "rotary_dim": 4}""");
    GptJ family = new GptJ();
    return family.map(family.complete(ModelConfig.read(file)), tensors);
  }

  private static HeapCheckpoint gptJ() {
    String block = "transformer.h.0.";
    HeapCheckpoint tensors =
        new HeapCheckpoint()
            .add("transformer.wte.weight", 8, 12)
            .add("transformer.ln_f.weight", 8)
            .add("transformer.ln_f.bias", 8)
            .add("lm_head.weight", 8, 12)
            .add("lm_head.bias", 12)
            .add(block + "ln_1.weight", 8)
            .add(block + "ln_1.bias", 8)
            .add(block + "attn.bias", 16, 16, 1, 1)
            .add(block + "attn.masked_bias", 1)
            .add(block + "mlp.fc_in.weight", 8, 32)
            .add(block + "mlp.fc_in.bias", 32)
            .add(block + "mlp.fc_out.weight", 32, 8)
            .add(block + "mlp.fc_out.bias", 8);
    for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
      tensors.add(block + "attn." + part + ".weight", 8, 8);
    }
    return tensors;
  }

  @Test
  void leavesOutBiasesOfZerosAlone() {
    HeapCheckpoint tensors = new HeapCheckpoint().add("zeros.bias", 5).add("other.bias", 5);
    tensors.tensor("other.bias").orElseThrow().bytes().asSlice(19).fill((byte) 1);
    assertThat(new TensorRules(1).withoutZeroBiases().map(tensors).problems())
        .singleElement()
        .asString()
        .contains("other.bias");
    assertThat(new TensorRules(1).map(tensors).problems()).hasSize(2);
  }

  /// PyTorch's files can promise any number of elements without having them.
  @Test
  void readsNoBiasThatIsLongerThanAVector() {
    HeapCheckpoint tensors = new HeapCheckpoint();
    SourceData endless =
        (_, _, _) -> {
          throw new AssertionError("nothing is to be read");
        };
    tensors
        .tensors()
        .add(new SourceTensor("long.bias", DType.F32, Shape.of(1L << 40), endless, Path.of("m")));
    assertThat(new TensorRules(1).withoutZeroBiases().map(tensors).problems()).hasSize(1);
  }

  private static Transform transform(TensorMap map, String name) {
    return map.tensors().stream()
        .filter(mapping -> mapping.name().equals(name))
        .findFirst()
        .orElseThrow()
        .transform();
  }
}
