package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.Architecture;
import dev.quern.formats.architecture.Architectures;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Small models of every family become, to the byte, the files of llama.cpp's converter and
/// llama-quantize. The hashes come from `src/test/golden/make-families.py`.
final class FamiliesGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path TOKENIZERS = GOLDEN.resolve("families-tokenizers");

  /// What is made of each seed's weights, which are BF16, F16 and F32.
  private static final List<List<String>> TYPES =
      List.of(
          List.of("F32", "F16", "BF16", "Q4_K_M", "Q3_K_M"),
          List.of("F32", "F16"),
          List.of("F16", "BF16"));

  /// Models whose metadata differs from the reference's on purpose: a key that it lacks, or writes
  /// another value for.
  private static final Map<String, String> MORE_METADATA =
      Map.of(
          "exaone3", "exaone.attention.layer_norm_rms_epsilon",
          "qwen", "qwen.attention.layer_norm_rms_epsilon",
          "glm", "chatglm.rope.freq_base",
          "minicpm4", "minicpm.rope.scaling.attn_factor",
          "starcoder2-window", "starcoder2.attention.sliding_window");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @MethodSource("models")
  void writesTheFilesOfTheReference(String name) throws IOException {
    JsonNode golden = goldens().get(name);
    for (int seed = 1; seed <= 3; seed++) {
      assertEqualsReference(name, golden, seed);
    }
  }

  /// The settings that transformers 5 writes for a published configuration mean the same.
  @ParameterizedTest
  @MethodSource("models")
  void readsTheSettingsOfNewerFilesAsTheSame(String name) throws IOException {
    ObjectNode golden = (ObjectNode) goldens().get(name);
    JsonNode modern = golden.get("modern");
    Assumptions.assumeFalse(modern.isEmpty(), "transformers has no class");
    golden.set("config", modern);
    assertEqualsReference(name, golden, 2);
  }

  private void assertEqualsReference(String name, JsonNode golden, int seed) throws IOException {
    String more = MORE_METADATA.getOrDefault(name, "");
    boolean whole = more.isEmpty();
    Map<String, String> hashes = hashes(golden.get(whole ? "files" : "weights"));
    for (Path file : convert(golden, seed)) {
      String type = file.getFileName().toString();
      assertThat(whole ? fileDigest(file) : tensorDigest(file))
          .as(type)
          .isEqualTo(hashes.get(type));
      if (!whole) {
        assertWrites(file, more);
      }
    }
  }

  /// llama.cpp has no converter for it: its tensors are those of the checkpoint under other names.
  @Test
  void namesTheTensorsOfGptJ() throws IOException {
    JsonNode golden = goldens().get("gptj");
    assertThat(golden.get("failure").textValue()).isNotEmpty();
    Path file = convert(golden, 3).getFirst();
    try (GgufFile written = GgufFile.open(file)) {
      assertThat(written.tensors()).hasSize(golden.get("tensors").size());
      assertThat(written.tensors().stream().map(TensorInfo::name))
          .contains("blk.1.attn_k.weight", "output.bias", "blk.0.ffn_down.bias");
    }
  }

  /// A family without a golden is proven by nobody; those with experts have theirs in `cli`.
  @Test
  void knowsAModelOfEveryFamily() throws IOException {
    Set<String> proven = new TreeSet<>(Set.of("llama"));
    for (JsonNode golden : goldens()) {
      proven.add(id(golden.get("config")));
    }
    try (Stream<Path> files = Files.walk(Path.of("../cli/src/test/resources/golden/experts"))) {
      for (Path file : files.filter(path -> path.endsWith("config.json")).toList()) {
        proven.add(id(new ObjectMapper().readTree(file.toFile())));
      }
    }
    assertThat(Architectures.all().stream().map(Architecture::id)).allMatch(proven::contains);
  }

  private static String id(JsonNode config) {
    return Architectures.named(config.get("architectures").get(0).textValue()).id();
  }

  static Stream<String> models() throws IOException {
    List<String> names = new ArrayList<>();
    goldens().fieldNames().forEachRemaining(names::add);
    return names.stream().filter(name -> !name.equals("gptj"));
  }

  private List<Path> convert(JsonNode golden, int seed) throws IOException {
    Path folder = scratch.resolve("seed-" + seed).resolve("model");
    FamilyModel.write(folder, TOKENIZERS, golden, seed);
    List<Target> targets = new ArrayList<>();
    List<String> types = new ArrayList<>(TYPES.get(seed - 1));
    types.removeIf(type -> !golden.has("failure") && !golden.get("files").has(type + "-" + seed));
    for (String type : types) {
      targets.add(new Target(Recipe.named(type), scratch.resolve(type + "-" + seed)));
    }
    try (ModelSource source = ModelSource.open(folder, SourceOptions.defaults())) {
      assertThat(source.problems()).isEmpty();
      ConversionPlan plan =
          Planner.plan(source, new ConversionRequest(targets, RecipeOptions.NONE, false, false));
      Conversion.run(plan, new ConversionOptions(1, false, false, (done, total) -> {}));
    }
    return targets.stream().map(Target::path).toList();
  }

  private static void assertWrites(Path file, String key) {
    try (GgufFile written = GgufFile.open(file)) {
      assertThat(written.metadata()).containsKey(key);
    }
  }

  private static JsonNode goldens() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve("families.json").toFile());
  }

  private static Map<String, String> hashes(JsonNode node) {
    Map<String, String> hashes = new TreeMap<>();
    node.properties().forEach(entry -> hashes.put(entry.getKey(), entry.getValue().textValue()));
    return hashes;
  }

  /// Of the names, types, extents and bytes of the tensors.
  private static String tensorDigest(Path path) {
    Sha256 sum = new Sha256();
    try (GgufFile file = GgufFile.open(path)) {
      for (TensorInfo info : file.tensors()) {
        String line = info.name() + " " + info.type() + " " + info.shape() + "\n";
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        sum.add(bytes, 0, bytes.length);
        sum.add(file.tensor(info.name()).orElseThrow().mapped().orElseThrow());
      }
    }
    return sum.hex();
  }

  private static String fileDigest(Path path) throws IOException {
    return Sha256.of(Files.readAllBytes(path));
  }
}
