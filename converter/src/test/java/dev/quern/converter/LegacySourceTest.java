package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of `formats/src/test/golden/make_legacy_goldens.py`.
final class LegacySourceTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/legacy");

  @TempDir private Path scratch = Path.of("");

  private static Map<String, String> wanted(String name) throws IOException {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (String line : Files.readAllLines(GOLDEN.resolve(name + ".sha256"))) {
      hashes.put(line.substring(66), line.substring(0, 64));
    }
    return hashes;
  }

  private static String hash(float[] weights) {
    byte[] bytes = new byte[4 * weights.length];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    for (int i = 0; i < weights.length; i++) {
      segment.set(Le.FLOAT, 4L * i, weights[i]);
    }
    return Sha256.of(bytes);
  }

  private Path convert(String name, String type, GgufOptions options) {
    Path target = scratch.resolve(name + "-" + type + ".gguf");
    Path file = GOLDEN.resolve(name + ".bin");
    try (ModelSource source = ModelSource.open(file, SourceOptions.defaults())) {
      ConversionRequest request =
          new ConversionRequest(
              List.of(new Target(Recipe.named(type), target)),
              RecipeOptions.NONE,
              false,
              true,
              options);
      ConversionPlan plan = Planner.plan(source, request);
      Conversion.run(plan, new ConversionOptions(2, false, false, (_, _) -> {}));
    }
    return target;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ggjt-1", "ggjt-3", "ggjt-3-k", "llama2c-v2"})
  void copiesKeepEveryWeight(String name) throws IOException {
    Map<String, String> hashes = wanted(name);
    try (GgufFile file = GgufFile.open(convert(name, "COPY", GgufOptions.NONE))) {
      assertThat(file.tensors()).hasSameSizeAs(hashes.keySet());
      for (TensorInfo info : file.tensors()) {
        TensorData tensor = file.tensor(info.name()).orElseThrow();
        float[] weights = new float[(int) info.shape().elements()];
        BlockCodecs.of(info.type())
            .decode(tensor.mapped().orElseThrow(), 0, weights, 0, weights.length);
        assertThat(hash(weights)).as(info.toString()).isEqualTo(hashes.get(info.name()));
      }
    }
  }

  @Test
  void blocksOfVersion1ThatAreOnlyInAnotherOrderStayQuantized() {
    try (GgufFile file = GgufFile.open(convert("ggjt-1", "COPY", GgufOptions.NONE))) {
      assertThat(file.tensors()).extracting(TensorInfo::type).contains(GgmlType.Q5_0);
      assertThat(file.tensors()).extracting(TensorInfo::type).contains(GgmlType.Q5_1);
    }
  }

  @Test
  void quantizingAgainNeedsPermission() {
    assertThatThrownBy(() -> convert("ggjt-3", "Q8_0", GgufOptions.NONE))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("quantized already");
  }

  @Test
  void readsAnyRunOfRowsThatAreMade() {
    Path path = GOLDEN.resolve("ggjt-1.bin");
    try (ModelSource source = ModelSource.open(path, SourceOptions.defaults())) {
      for (SourceWeight weight : source.weights()) {
        int elements = (int) weight.info().shape().elements();
        float[] all = new float[elements];
        weight.reader().read(0, elements, all);
        for (int first = 0; first < elements; first += 1023) {
          int block = weight.info().type().blockSize();
          int start = first / block * block;
          int count = Math.min(96, elements - start);
          float[] part = new float[count];
          weight.reader().read(start, count, part);
          for (int i = 0; i < count; i++) {
            assertThat(part[i]).isEqualTo(all[start + i]);
          }
        }
      }
    }
  }

  @Test
  void saysWhatIsDecodedAndRepacked() {
    Path path = GOLDEN.resolve("ggjt-1.bin");
    try (ModelSource source = ModelSource.open(path, SourceOptions.defaults())) {
      Target target = new Target(Recipe.named("COPY"), scratch.resolve("m.gguf"));
      ConversionPlan plan =
          Planner.plan(
              source, new ConversionRequest(List.of(target), RecipeOptions.NONE, false, true));
      assertThat(plan.outputs().getFirst().tensors())
          .extracting(one -> plan.provenance(one).orElse(""))
          .contains("decoded from Q4_0 of GGJTv1", "repacked from Q5_0 of GGJTv1", "");
      assertThat(source.warnings()).anyMatch(line -> line.contains("--override-kv"));
      assertThat(source.defaultName()).isEqualTo("ggjt-1");
    }
  }
}
