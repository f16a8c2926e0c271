package dev.quern.formats.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Golden checkpoints with one thing changed: each is refused with a line that names it.
final class MalformedQuantizedTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "fp8,a.weight",
    "fp8,c.weight",
    "compressed-packed,four.weight_scale",
    "compressed-packed,four.weight_shape",
    "compressed-bytes,channel.weight",
    "gptq,layers.4.qzeros",
    "gptq,layers.3.scales",
    "awq,a.scales",
    "awq,a.qzeros",
    "mxfp4,experts.down_proj_scales",
    "bitsandbytes-8,a.weight",
    "bitsandbytes-4,a.weight.absmax",
    "bitsandbytes-4,b.weight.quant_map",
    "bitsandbytes-4,a.weight.nested_quant_map",
    "quanto,a.weight._scale",
    "hqq,layers.41.scale",
    "hqq,layers.41.zero",
    "hqq,layers.41.shape",
    "hqq,layers.41.nbits",
    "hqq,layers.41.group_size",
    "hqq,layers.41.axis"
  })
  void refusesMissingTensors(String name, String missing) throws IOException {
    refuses(name, tensors -> tensors.remove(missing), missing);
  }

  @ParameterizedTest
  @CsvSource({
    "fp8,a.weight,I16",
    "fp8,a.weight_scale_inv,I32",
    "compressed-packed,four.weight_packed,F32",
    "compressed-packed,four.weight_shape,F64",
    "gptq,layers.4.qweight,F32",
    "gptq,layers.4.g_idx,F32",
    "gptq,layers.4.scales,I16",
    "awq,a.qweight,F32",
    "mxfp4,experts.down_proj_blocks,I8",
    "bitsandbytes-8,a.SCB,I32",
    "bitsandbytes-4,b.weight.absmax,I32",
    "modelopt,a.weight_scale,I8",
    "modelopt,a.weight_scale_2,I32",
    "hqq,layers.31.W_q,F32",
    "hqq,layers.41.scale,I16"
  })
  void refusesOtherTypes(String name, String tensor, DType type) throws IOException {
    refuses(name, tensors -> change(tensors, tensor, type), tensor);
  }

  @ParameterizedTest
  @CsvSource({
    "fp8,a.weight_scale_inv",
    "fp8,experts.gate_up_proj_scale_inv",
    "compressed-bytes,channel.weight_scale",
    "compressed-bytes,shifted.weight_zero_point",
    "compressed-packed,four.weight_scale",
    "compressed-packed,four.weight_packed",
    "compressed-packed,shifted.weight_zero_point",
    "compressed-packed,ordered.weight_g_idx",
    "compressed-nvfp4,a.weight_scale",
    "compressed-nvfp4,b.weight_scale",
    "modelopt,a.weight_scale",
    "gptq,layers.4.qzeros",
    "gptq,layers.8.scales",
    "gptq,layers.3.g_idx",
    "awq,a.scales",
    "awq,a.qweight",
    "mxfp4,experts.down_proj_blocks",
    "mxfp4,experts.down_proj_scales",
    "hqq,layers.41.W_q",
    "hqq,layers.41.scale",
    "hqq,layers.41.shape",
    "hqq,layers.41.nbits",
    "bitsandbytes-8,a.SCB",
    "bitsandbytes-4,a.weight",
    "bitsandbytes-4,a.weight.absmax",
    "bitsandbytes-4,a.weight.nested_absmax",
    "bitsandbytes-4,a.weight.quant_map",
    "bitsandbytes-4,a.weight.nested_quant_map"
  })
  void refusesOtherExtents(String name, String tensor) throws IOException {
    refuses(
        name,
        tensors -> {
          Entry entry = entry(tensors, tensor);
          Shape grown = Shape.of(entry.shape().elements() * 2 + 7);
          tensors.put(tensor, zeros(tensor, entry.dtype(), grown));
        },
        tensor);
  }

  @Test
  void refusesEmptyMatrices() throws IOException {
    for (String tensor : List.of("layers.4.qweight", "layers.4.qzeros", "layers.4.scales")) {
      refuses(
          "gptq",
          tensors ->
              tensors.put(tensor, zeros(tensor, entry(tensors, tensor).dtype(), Shape.of(0, 3))),
          "layers.4");
    }
    refuses(
        "fp8",
        tensors -> tensors.put("a.weight", zeros("a.weight", DType.F8_E4M3, Shape.of(96, 0))),
        "a.weight");
  }

  @Test
  void refusesGroupsThatAreNotThere() throws IOException {
    for (int group : new int[] {3, -1, Integer.MAX_VALUE}) {
      refuses(
          "gptq",
          tensors -> entry(tensors, "layers.4.g_idx").bytes().set(Le.INT, 20, group),
          "puts column 5 of layers.4.qweight into group");
      refuses(
          "compressed-packed",
          tensors ->
              entry(tensors, "ordered.weight_g_idx")
                  .bytes()
                  .set(Le.INT, 20, group == 3 ? 4 : group),
          "puts column 5 of ordered.weight_packed into group");
    }
  }

  @Test
  void refusesStatesOfBitsAndBytesThatMakeNoSense() throws IOException {
    String key = "a.weight.quant_state.bitsandbytes__nf4";
    Map<String, String> states =
        Map.of(
            "{\"shape\":[30,56],\"dtype\":\"bfloat16\",\"blocksize\":0}", "blocksize",
            "{\"shape\":[30,57],\"dtype\":\"bfloat16\",\"blocksize\":64}", "a.weight",
            "{\"shape\":[-30,-56],\"dtype\":\"bfloat16\",\"blocksize\":64}", "shape",
            "{\"shape\":[4611686018427387904,8],\"dtype\":\"bfloat16\",\"blocksize\":64}", "shape",
            "{\"shape\":[30,56],\"dtype\":\"int8\",\"blocksize\":64}", "dtype",
            "{\"dtype\":\"bfloat16\",\"blocksize\":64}", "shape",
            "{\"shape\":[30,56],\"dtype\":\"bfloat16\",\"blocksize\":64,\"nested_blocksize\":-1}",
                "nested_blocksize",
            "[]", "object",
            "{\"shape\":", "JSON");
    for (Map.Entry<String, String> state : states.entrySet()) {
      byte[] bytes = state.getKey().getBytes(StandardCharsets.UTF_8);
      refuses(
          "bitsandbytes-4",
          tensors ->
              tensors.put(
                  key,
                  new Entry(key, DType.U8, Shape.of(bytes.length), MemorySegment.ofArray(bytes))),
          state.getValue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gptq|\"quant_method\": \"vptq\"|vptq, which is not read; read are fp8",
        "gptq|\"quant_method\": \"gptq\", \"checkpoint_format\": \"marlin\"|marlin",
        "awq|\"quant_method\": \"awq\", \"version\": \"gemv\"|gemv",
        "compressed-packed|\"quant_method\": \"compressed-tensors\", \"format\":"
            + " \"marlin-24\"|marlin-24",
        "compressed-packed|\"quant_method\": \"compressed-tensors\", \"config_groups\": {\"g\":"
            + " {\"weights\": {\"num_bits\": 3}}}|is not a known number of bits",
        "gptq|\"quant_method\": 4|quant_method is 4"
      })
  void refusesMethodsThatAreNotRead(String name, String settings, String found) throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"quantization_config\": {" + settings + "}}");
    try (Checkpoint stored = QuantizedGoldens.stored(name)) {
      assertRefused(() -> QuantizedCheckpoint.of(ModelConfig.read(config), stored), found);
    }
  }

  @Test
  void fallsBackToEvenGroupsWhenTheConfiguredSizeIsZero() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, "{\"quantization_config\": {\"quant_method\": \"awq\", \"group_size\": 0}}");
    try (Checkpoint weights =
        QuantizedCheckpoint.of(ModelConfig.read(config), QuantizedGoldens.stored("awq"))) {
      assertThat(weights.tensor("a.weight").orElseThrow().data().encoding())
          .contains("AWQ 4 bit, groups of 32");
    }
  }

  private static Entry entry(Map<String, Entry> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static Entry zeros(String name, DType type, Shape shape) {
    byte[] bytes = new byte[Math.toIntExact(type.bytes(shape.elements()))];
    return new Entry(name, type, shape, MemorySegment.ofArray(bytes));
  }

  /// The same extents with zeros of another type.
  private static void change(Map<String, Entry> tensors, String name, DType type) {
    tensors.put(name, zeros(name, type, entry(tensors, name).shape()));
  }

  private void refuses(String name, Consumer<Map<String, Entry>> change, String found)
      throws IOException {
    Map<String, Entry> tensors = new LinkedHashMap<>();
    try (Checkpoint stored = QuantizedGoldens.stored(name)) {
      for (SourceTensor one : stored.tensors()) {
        MemorySegment copy = MemorySegment.ofArray(one.bytes().toArray(ValueLayout.JAVA_BYTE));
        tensors.put(one.name(), new Entry(one.name(), one.dtype(), one.shape(), copy));
      }
    }
    change.accept(tensors);
    Path changed = folder.resolve("changed.safetensors");
    SafetensorsWriter.write(changed, Map.of(), List.copyOf(tensors.values()));
    try (Checkpoint stored = SafetensorsFile.open(changed)) {
      assertRefused(() -> QuantizedCheckpoint.of(QuantizedGoldens.config(name), stored), found);
    }
  }

  private static void assertRefused(Runnable opening, String found) {
    assertThatThrownBy(opening::run)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(found)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }
}
