package dev.quern.formats.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.BlockData;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantizedCheckpointTest {
  @TempDir private Path folder = Path.of("");

  private static Checkpoint open(String name) {
    return QuantizedCheckpoint.of(QuantizedGoldens.config(name), QuantizedGoldens.stored(name));
  }

  private static byte[] bytes(SourceTensor tensor) {
    return tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @MethodSource(QuantizedGoldens.SOURCE)
  void decodesWhatTheLibraryDecodes(String name) throws IOException {
    try (Checkpoint weights = open(name);
        Checkpoint wanted = QuantizedGoldens.wanted(name)) {
      List<SourceTensor> expected =
          wanted.tensors().stream().filter(one -> !one.name().equals("ggml")).toList();
      assertThat(weights.tensors())
          .extracting(SourceTensor::name)
          .containsExactlyInAnyOrderElementsOf(expected.stream().map(SourceTensor::name).toList());
      for (SourceTensor one : expected) {
        SourceTensor got = weights.tensor(one.name()).orElseThrow();
        assertThat(got.dtype()).as(one.name()).isEqualTo(one.dtype());
        assertThat(got.shape()).as(one.name()).isEqualTo(one.shape());
        assertThat(bytes(got)).as(one.name()).isEqualTo(bytes(one));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp8", "gptq", "awq", "compressed-packed", "bitsandbytes-4"})
  void readsAnyRunOfWeights(String name) throws IOException {
    try (Checkpoint weights = open(name)) {
      for (SourceTensor tensor : weights.tensors()) {
        byte[] all = bytes(tensor);
        long elements = tensor.shape().elements();
        for (long first = 0; first < elements; first += 37) {
          long count = Math.min(101, elements - first);
          byte[] part = new byte[(int) tensor.dtype().bytes(count)];
          tensor.data().read(first, count, MemorySegment.ofArray(part));
          assertThat(part)
              .isEqualTo(
                  Arrays.copyOfRange(
                      all,
                      (int) tensor.dtype().bytes(first),
                      (int) tensor.dtype().bytes(first + count)));
        }
      }
    }
  }

  @Test
  void offersMxfp4AsTheBlocksThatTheReferenceWrites() throws IOException {
    try (Checkpoint weights = open("mxfp4");
        Checkpoint wanted = QuantizedGoldens.wanted("mxfp4")) {
      SourceTensor tensor = weights.tensor("experts.down_proj_blocks").orElseThrow();
      BlockData blocks = tensor.data().blocks().orElseThrow();
      byte[] expected = bytes(wanted.tensor("ggml").orElseThrow());
      byte[] got = new byte[expected.length];
      blocks.read(0, tensor.shape().elements(), MemorySegment.ofArray(got));
      assertThat(blocks.type()).isEqualTo(GgmlType.MXFP4);
      assertThat(got).isEqualTo(expected);
      byte[] second = new byte[17];
      blocks.read(32, 32, MemorySegment.ofArray(second));
      assertThat(second).isEqualTo(Arrays.copyOfRange(expected, 17, 34));
    }
  }

  @ParameterizedTest
  @CsvSource({"modelopt,7.31E-4,0.1", "compressed-nvfp4,7.2833215E-4,0.33333334"})
  void offersNvfp4AsBlocksAndTheirScale(String name, float scale, float inputs) throws IOException {
    try (Checkpoint weights = open(name)) {
      SourceTensor tensor = weights.tensor("a.weight").orElseThrow();
      BlockData blocks = tensor.data().blocks().orElseThrow();
      assertThat(blocks.type()).isEqualTo(GgmlType.NVFP4);
      assertThat(blocks.scales()).containsExactly(scale);
      assertThat(blocks.inputScales()).containsExactly(inputs);
      byte[] all = new byte[(int) GgmlType.NVFP4.bytes(tensor.shape().elements())];
      blocks.read(0, tensor.shape().elements(), MemorySegment.ofArray(all));
      byte[] third = new byte[36];
      blocks.read(128, 64, MemorySegment.ofArray(third));
      assertThat(third).isEqualTo(Arrays.copyOfRange(all, 72, 108));
    }
  }

  @Test
  void refusesBlocksWhoseScaleGgmlCannotHold() throws IOException {
    MemorySegment numbers = MemorySegment.ofArray(new byte[32]);
    MemorySegment scales = MemorySegment.ofArray(new byte[] {1, 2, (byte) 0x81, 3});
    SourceTensor weight =
        new SourceTensor("a.weight", DType.U8, Shape.of(32, 1), numbers, folder.resolve("m"));
    SourceTensor scale =
        new SourceTensor("a.scale", DType.F8_E4M3, Shape.of(4, 1), scales, folder.resolve("m"));
    BlockData blocks = Objects.requireNonNull(Nvfp4Blocks.of(weight, scale, Shape.of(64, 1), 1, 1));
    assertThatThrownBy(() -> blocks.read(0, 64, MemorySegment.ofArray(new byte[36])))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("tensor a.weight has the scale below 0 for weights 32 to 47");
  }

  @Test
  void saysHowEachTensorIsStored() throws IOException {
    try (Checkpoint weights = open("gptq")) {
      assertThat(weights.tensor("layers.4.weight").orElseThrow().data().encoding())
          .contains("GPTQ 4 bit, groups of 32, in an order of their own");
      assertThat(weights.tensor("layers.8.weight").orElseThrow().data().encoding())
          .contains("GPTQ 8 bit, groups of 32");
      assertThat(weights.tensor("model.norm.weight").orElseThrow().data().encoding()).isEmpty();
      assertThat(weights.notes()).singleElement().asString().contains("4 tensors are quantized");
    }
  }

  @Test
  void leavesWhatIsNotQuantizedAsItIs() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{}");
    try (Checkpoint stored = QuantizedGoldens.wanted("awq")) {
      assertThat(QuantizedCheckpoint.of(ModelConfig.read(config), stored)).isSameAs(stored);
    }
  }

  @Test
  void recognizesMethodsByTheirTensorsWhereTheConfigurationIsSilent() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{}");
    for (String name :
        List.of("fp8", "compressed-packed", "mxfp4", "modelopt", "gptq", "awq", "quanto", "hqq")) {
      Checkpoint stored = QuantizedGoldens.stored(name);
      try (Checkpoint weights = QuantizedCheckpoint.of(ModelConfig.read(config), stored)) {
        assertThat(weights.tensors())
            .as(name)
            .allMatch(one -> List.of(DType.F32, DType.F16, DType.BF16).contains(one.dtype()));
      }
    }
  }
}
