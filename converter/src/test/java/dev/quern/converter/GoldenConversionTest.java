package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every conversion equals, to the byte, what llama.cpp's converter and llama-quantize make of the
/// same folder in two passes. The hashes come from `src/test/golden/make-goldens.py`.
final class GoldenConversionTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3", "novella"})
  void writesTheFilesOfTheReference(String model) throws IOException {
    JsonNode golden = golden(model);
    for (Path file : convert(folder(model), golden, 2)) {
      String type = type(file);
      assertThat(tensors(file)).as(type).isEqualTo(tensors(golden.get(type)));
      assertThat(Sha256.of(Files.readAllBytes(file)))
          .as(type)
          .isEqualTo(golden.get(type).get("file").textValue());
    }
  }

  /// Mistral's files have the sliding window in their metadata, which the reference leaves out.
  @ParameterizedTest
  @ValueSource(strings = "tiny-mistral")
  void writesTheTensorsOfTheReferenceWhereMetadataDiffersOnPurpose(String model)
      throws IOException {
    JsonNode golden = golden(model);
    for (Path file : convert(folder(model), golden, 1)) {
      assertThat(tensors(file)).as(type(file)).isEqualTo(tensors(golden.get(type(file))));
      try (GgufFile written = GgufFile.open(file)) {
        assertThat(written.metadata()).containsKey("llama.attention.sliding_window");
      }
    }
  }

  /// What the reference quantizer makes of the reference converter's file, quern makes of its own.
  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3"})
  void quantizesGgufFilesAsTheReferenceDoes(String model) throws IOException {
    JsonNode golden = golden(model);
    Path half =
        convert(
                folder(model),
                List.of(new Target(Recipe.named("BF16"), scratch.resolve("source-BF16.gguf"))),
                1)
            .getFirst();
    for (Path file : convert(half, golden, 3)) {
      if (!Recipe.named(type(file)).base().isQuantized()) {
        continue;
      }
      assertThat(Sha256.of(Files.readAllBytes(file)))
          .as(type(file))
          .isEqualTo(golden.get(type(file)).get("file").textValue());
    }
  }

  private List<Path> convert(Path source, JsonNode golden, int threads) {
    List<Target> targets = new ArrayList<>();
    golden
        .fieldNames()
        .forEachRemaining(
            type ->
                targets.add(
                    new Target(Recipe.named(type), scratch.resolve("m-" + type + ".gguf"))));
    return convert(source, targets, threads);
  }

  private static List<Path> convert(Path source, List<Target> targets, int threads) {
    RecipeOptions types = RecipeOptions.NONE;
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      ConversionPlan plan =
          Planner.plan(opened, new ConversionRequest(targets, types, false, false));
      Conversion.run(plan, new ConversionOptions(threads, false, false, (done, total) -> {}));
    }
    return targets.stream().map(Target::path).toList();
  }

  private static Path folder(String model) {
    return model.equals("novella") ? Path.of("../examples/novella") : GOLDEN.resolve(model);
  }

  private static JsonNode golden(String model) throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve("goldens.json").toFile()).get(model);
  }

  private static String type(Path file) {
    String name = file.getFileName().toString();
    return name.substring(2, name.length() - 5);
  }

  private static Map<String, String> tensors(JsonNode golden) {
    Map<String, String> tensors = new TreeMap<>();
    golden
        .get("tensors")
        .properties()
        .forEach(entry -> tensors.put(entry.getKey(), entry.getValue().textValue()));
    return tensors;
  }

  private static Map<String, String> tensors(Path path) {
    Map<String, String> tensors = new TreeMap<>();
    try (GgufFile file = GgufFile.open(path)) {
      for (TensorInfo info : file.tensors()) {
        MemorySegment bytes = file.tensor(info.name()).orElseThrow().mapped().orElseThrow();
        tensors.put(info.name(), info.type() + " " + Sha256.of(bytes).substring(0, 32));
      }
    }
    return tensors;
  }
}
