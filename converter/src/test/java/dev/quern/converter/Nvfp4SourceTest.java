package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TypeOverride;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints in NVFP4, which GGML holds in blocks of its own and a scale beside them.
final class Nvfp4SourceTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir private Path scratch = Path.of("");

  private Path model(String layout) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(layout));
    for (String file : List.of("tokenizer.model", "tokenizer_config.json")) {
      Files.copy(GOLDEN.resolve("tiny-llama").resolve(file), folder.resolve(file));
    }
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(GOLDEN.resolve("nvfp4").resolve(layout).resolve(file), folder.resolve(file));
    }
    return folder;
  }

  private static ConversionPlan plan(
      ModelSource source, String type, RecipeOptions types, Path to) {
    return Planner.plan(
        source,
        new ConversionRequest(List.of(new Target(Recipe.named(type), to)), types, false, true));
  }

  private Path convert(Path source, String type, RecipeOptions types) {
    Path target = scratch.resolve(type + ".gguf");
    try (ModelSource model = ModelSource.open(source, SourceOptions.defaults())) {
      Conversion.run(
          plan(model, type, types, target), new ConversionOptions(2, false, false, (_, _) -> {}));
    }
    return target;
  }

  private static float[] decoded(GgufFile file, String name) {
    MemorySegment bytes = file.tensor(name).orElseThrow().mapped().orElseThrow();
    TensorInfo info = file.tensor(name).orElseThrow().info();
    float[] values = new float[Math.toIntExact(info.shape().elements())];
    BlockCodecs.of(info.type()).decode(bytes, 0, values, 0, values.length);
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"modelopt", "compressed-tensors"})
  void becomesTheTensorsThatTheReferenceMakesOfIt(String layout) throws IOException {
    Path got = convert(model(layout), "NVFP4", RecipeOptions.NONE);
    JsonNode wanted =
        new ObjectMapper()
            .readTree(GOLDEN.resolve("nvfp4").resolve(layout).resolve("reference.json").toFile());
    Map<String, String> expected = new TreeMap<>();
    wanted
        .get("tensors")
        .properties()
        .forEach(one -> expected.put(one.getKey(), one.getValue().asText()));
    try (GgufFile file = GgufFile.open(got)) {
      Map<String, String> tensors = new TreeMap<>();
      for (TensorInfo info : file.tensors()) {
        MemorySegment bytes = file.tensor(info.name()).orElseThrow().mapped().orElseThrow();
        tensors.put(info.name(), info.type() + " " + Sha256.of(bytes).substring(0, 32));
      }
      assertThat(tensors).isEqualTo(expected);
      assertThat(file.metadata().get("general.file_type"))
          .hasToString("Uint32[value=" + wanted.get("file_type").asInt() + "]");
    }
  }

  @Test
  void standsForTheWeightsItIsDecodedTo() throws IOException {
    Path source = model("modelopt");
    try (GgufFile stored = GgufFile.open(convert(source, "NVFP4", RecipeOptions.NONE));
        GgufFile plain = GgufFile.open(convert(source, "F32", RecipeOptions.NONE))) {
      for (String name : List.of("blk.0.attn_q", "blk.1.ffn_down", "blk.1.attn_output")) {
        float[] values = decoded(stored, name + ".weight");
        float scale =
            stored.tensor(name + ".scale").isEmpty() ? 1 : decoded(stored, name + ".scale")[0];
        float[] wanted = decoded(plain, name + ".weight");
        for (int i = 0; i < wanted.length; i++) {
          // what it is decoded to has the eight bits of a bfloat16
          assertThat(Math.abs(values[i] * scale - wanted[i]))
              .isLessThanOrEqualTo(Math.abs(wanted[i]) * 0x1p-8f);
        }
      }
      assertThat(stored.tensor("blk.0.attn_output.scale")).isEmpty();
      assertThat(plain.tensor("blk.0.attn_q.scale")).isEmpty();
    }
  }

  @Test
  void saysWhatBecomesOfEachTensor() throws IOException {
    RecipeOptions types =
        new RecipeOptions(List.of(TypeOverride.parse("attn_v=NVFP4")), null, null, false, false);
    try (ModelSource source = ModelSource.open(model("modelopt"), SourceOptions.defaults())) {
      ConversionPlan plan = plan(source, "Q8_0", types, scratch.resolve("m.gguf"));
      List<String> lines =
          plan.outputs().getFirst().tensors().stream()
              .map(one -> one.info().name() + ": " + plan.provenance(one).orElse("as it is"))
              .toList();
      assertThat(lines)
          .contains(
              "blk.0.attn_v.weight: repacked from ModelOpt NVFP4, groups of 16",
              "blk.0.attn_v.scale: as it is",
              "blk.0.attn_q.weight: decoded from ModelOpt NVFP4, groups of 16")
          .doesNotContain("blk.0.attn_q.scale: as it is");
    }
  }

  @Test
  void refusesTheRecipeWhereNothingIsStoredSo() {
    try (ModelSource source =
        ModelSource.open(GOLDEN.resolve("tiny-llama"), SourceOptions.defaults())) {
      Path target = scratch.resolve("m.gguf");
      assertThatThrownBy(() -> plan(source, "NVFP4", RecipeOptions.NONE, target))
          .isInstanceOf(ConversionException.class)
          .hasMessageContaining("NVFP4 keeps tensors that are stored so, and none is");
    }
  }

  @Test
  void stacksTheBlocksOfExpertsAndTheirScales() {
    StackedReader stacked =
        new StackedReader(List.of(reader(1, List.of()), reader(2, List.of(0.5f))), 128);
    BlockData blocks = stacked.blocks().orElseThrow();
    assertThat(blocks.scales()).containsExactly(1f, 0.5f);
    assertThat(blocks.inputScales()).isEmpty();
    byte[] bytes = new byte[72];
    blocks.read(64, 128, MemorySegment.ofArray(bytes));
    assertThat(bytes[35]).isEqualTo((byte) 1);
    assertThat(bytes[36]).isEqualTo((byte) 2);
  }

  private static WeightReader reader(int fill, List<Float> scales) {
    return new WeightReader() {
      @Override
      public void read(long first, int count, float[] out) {}

      @Override
      public Optional<BlockData> blocks() {
        return Optional.of(new Filled((byte) fill, scales));
      }
    };
  }

  private record Filled(byte fill, List<Float> scales) implements BlockData {
    @Override
    public GgmlType type() {
      return GgmlType.NVFP4;
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      into.asSlice(0, type().bytes(count)).fill(fill);
    }
  }
}
