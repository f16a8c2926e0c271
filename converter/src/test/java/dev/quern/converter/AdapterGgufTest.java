package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Adapters as GGUFs: factors in the order of GGML's rows, one scale.
final class AdapterGgufTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/loras");
  private static final Path BASE = Path.of("src/test/resources/golden/deltas/base");
  private static final String Q = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
  private static final int HEAD = 16;

  @TempDir private Path scratch = Path.of("");

  @Test
  void namesTensorsAndMetadataAsLlamaCppWantsThem() {
    try (GgufModel file = convert("plain", GgmlType.F32)) {
      assertThat(file.metadata())
          .containsEntry("general.architecture", new Text("llama"))
          .containsEntry("general.type", new Text("adapter"))
          .containsEntry("adapter.type", new Text("lora"));
      assertThat(Metadata.of(file).number("adapter.lora.alpha")).isEqualTo(16);
      assertThat(file.tensors())
          .extracting(TensorInfo::name)
          .containsExactlyInAnyOrder(
              "blk.0.attn_q.weight.lora_a",
              "blk.0.attn_q.weight.lora_b",
              "blk.0.attn_v.weight.lora_a",
              "blk.0.attn_v.weight.lora_b",
              "blk.0.ffn_down.weight.lora_a",
              "blk.0.ffn_down.weight.lora_b");
    }
  }

  @Test
  void theSecondFactorsRowsArePermutedAsTheWeightsAre() {
    Path weights = GOLDEN.resolve("plain/adapter_model.safetensors");
    try (GgufModel file = convert("plain", GgmlType.F32);
        SafetensorsFile source = SafetensorsFile.open(weights)) {
      assertThat(numbers(file, "blk.0.attn_q.weight.lora_a"))
          .isEqualTo(numbers(source.tensor(Q + "A.weight").orElseThrow()));
      float[] from = numbers(source.tensor(Q + "B.weight").orElseThrow());
      float[] permuted = numbers(file, "blk.0.attn_q.weight.lora_b");
      for (int row = 0; row < 64; row++) {
        int inHead = row % HEAD;
        int old = row - inHead + inHead % 2 * (HEAD / 2) + inHead / 2;
        for (int k = 0; k < 8; k++) {
          assertThat(permuted[row * 8 + k]).isEqualTo(from[old * 8 + k]);
        }
      }
    }
  }

  @Test
  void aModuleWithAScaleOfItsOwnHasItInItsSecondFactor() {
    Path weights = GOLDEN.resolve("plain/adapter_model.safetensors");
    String v = "base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight";
    try (AdapterGguf adapter = AdapterGguf.open(GOLDEN.resolve("plain"), BASE);
        GgufModel file = convert("plain", GgmlType.F32);
        SafetensorsFile source = SafetensorsFile.open(weights)) {
      assertThat(adapter.warnings()).singleElement().asString().contains("1 modules are scaled");
      MemorySegment from = source.tensor(v).orElseThrow().bytes();
      float[] scaled = numbers(file, "blk.0.attn_v.weight.lora_b");
      for (int i = 0; i < scaled.length; i++) {
        float value = Float.intBitsToFloat(from.get(Le.SHORT, 2L * i) << 16);
        assertThat(scaled[i]).isEqualTo(value * 0.3125f); // 5 / 16
      }
    }
  }

  @Test
  void storesHalvesToo() {
    try (GgufModel file = convert("plain", GgmlType.F16)) {
      assertThat(file.tensors()).extracting(TensorInfo::type).containsOnly(GgmlType.F16);
    }
  }

  @Test
  void refusesWhatAGgufCannotSay() throws IOException {
    refused("dora", "has DoRA's lengths, which an adapter in a GGUF cannot have");
    refused("embeddings", "takes the place of the base's");
    refused("stabilized", "by more than an order of rows");
    Path other = Files.createDirectories(scratch.resolve("other"));
    Files.writeString(
        other.resolve("config.json"),
        Files.readString(BASE.resolve("config.json"))
            .replace("\"hidden_size\": 64", "\"hidden_size\": 128"));
    assertThatThrownBy(() -> AdapterGguf.open(GOLDEN.resolve("plain"), other).close())
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("config.json says 32 x 128 for blk.0.ffn_down.weight");
  }

  private static void refused(String name, String message) {
    assertThatThrownBy(() -> AdapterGguf.open(GOLDEN.resolve(name), BASE).close())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private GgufModel convert(String name, GgmlType type) {
    Path target = scratch.resolve(name + type + ".gguf");
    try (AdapterGguf adapter = AdapterGguf.open(GOLDEN.resolve(name), BASE)) {
      assertThat(adapter.architecture()).isEqualTo("llama");
      adapter.write(target, type);
    }
    return GgufModel.open(target);
  }

  private static float[] numbers(GgufModel file, String name) {
    return numbers(file.tensor(name).orElseThrow().mapped().orElseThrow());
  }

  private static float[] numbers(SourceTensor tensor) {
    return numbers(tensor.bytes());
  }

  private static float[] numbers(MemorySegment bytes) {
    return bytes.toArray(Le.FLOAT);
  }
}
