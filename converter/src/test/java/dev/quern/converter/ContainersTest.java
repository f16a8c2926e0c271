package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The same models in every container that they are published in become the same GGUF. The files
/// come from `src/test/golden/make-containers.py`.
final class ContainersTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/containers");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin,false",
    "sequence.bin,true",
    "epoch.ckpt,true",
    "pytorch_model.bin.index.json,false"
  })
  void filesOfPyTorchsBecomeTheSameFiles(String weights, boolean isSource) throws IOException {
    Path folder = folder("micro", "config.json", "tokenizer.model", "tokenizer_config.json");
    copy("micro-bin/" + weights, folder);
    if (weights.endsWith(".index.json")) {
      copy("micro-bin/pytorch_model-00001-of-00002.bin", folder);
      copy("micro-bin/pytorch_model-00002-of-00002.bin", folder);
    }
    Path source = isSource ? folder.resolve(weights) : folder;
    for (String type : List.of("F16", "Q8_0")) {
      assertThat(Files.readAllBytes(convert(source, type, "micro")))
          .isEqualTo(Files.readAllBytes(convert(safetensors("micro"), type, "micro")));
    }
  }

  @Test
  void aCheckpointSaysWhatItLeavesOut() throws IOException {
    Path folder = folder("micro", "config.json", "tokenizer.model", "tokenizer_config.json");
    copy("micro-bin/epoch.ckpt", folder);
    try (ModelSource source =
        ModelSource.open(folder.resolve("epoch.ckpt"), SourceOptions.defaults())) {
      assertThat(source.defaultName()).isEqualTo("epoch");
      assertThat(source.warnings())
          .anyMatch(line -> line.contains("under \"state_dict\""))
          .anyMatch(line -> line.contains("\"module.\" at the start"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void metasRanksBecomeTheSameModel(int ranks) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("LLaMA/7B"));
    copyAll("micro-meta-" + ranks, folder);
    copy("micro/tokenizer.model", scratch.resolve("LLaMA"));

    assertSame(folder, "micro");
  }

  @Test
  void metasRanksWithTiktokenBecomeTheSameModel() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("3B"));
    copyAll("micro3-meta-2", folder);

    assertSame(folder, "micro3");
    assertSame(folder.resolve("consolidated.01.pth"), "micro3");
  }

  @Test
  void refusesAMissingRank() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("7B"));
    copyAll("micro-meta-4", folder);
    Files.delete(folder.resolve("consolidated.02.pth"));

    assertThatThrownBy(() -> ModelSource.open(folder, SourceOptions.defaults()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(folder + ": consolidated.02.pth is not there, but consolidated.03.pth is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.model", "tokenizer.model.v3"})
  void mistralsOwnFolderBecomesTheSameModel(String tokenizer) throws IOException {
    Path folder = mistral(tokenizer);

    for (Path source : List.of(folder, folder.resolve("consolidated.safetensors"))) {
      Path got = convert(source, "Q8_0", "got");
      Path want = convert(safetensors("../tiny-mistral"), "Q8_0", "want");
      try (GgufFile gotten = GgufFile.open(got);
          GgufFile wanted = GgufFile.open(want)) {
        assertThat(tensors(gotten)).isEqualTo(tensors(wanted));
        assertThat(metadata(gotten)).containsAllEntriesOf(metadata(wanted)); // and special tokens
      }
    }
  }

  @Test
  void huggingFacesFilesAreTakenBeforeMistrals() throws IOException {
    Path folder = mistral("tokenizer.model");
    copy("../tiny-mistral/config.json", folder);
    copy("../tiny-mistral/model.safetensors", folder);
    Path consolidated = folder.resolve("consolidated.safetensors");
    try (ModelSource both = ModelSource.open(folder, SourceOptions.defaults());
        ModelSource own = ModelSource.open(consolidated, SourceOptions.defaults())) {
      assertThat(both.warnings()).noneMatch(line -> line.contains("rope_theta, taken to be"));
      assertThat(own.warnings())
          .anyMatch(line -> line.endsWith("params.json: has no rope_theta, taken to be 10000"));
      assertThat(own.path()).isEqualTo(folder);
    }
  }

  private Path mistral(String tokenizer) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("mistral-7B"));
    copyAll("mistral", folder);
    Files.copy(GOLDEN.resolve("../tiny-mistral/tokenizer.model"), folder.resolve(tokenizer));
    copy("../tiny-mistral/tokenizer_config.json", folder);
    return folder;
  }

  @Test
  void refusesRanksOfAnotherNumber() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("7B"));
    copyAll("micro-meta-4", folder);
    Files.delete(folder.resolve("consolidated.03.pth"));
    Files.delete(folder.resolve("consolidated.02.pth"));

    assertThatThrownBy(() -> ModelSource.open(folder, SourceOptions.defaults()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            folder.resolve("consolidated.00.pth")
                + ": tensor tok_embeddings.weight has rows of 4 in each of 2 files, wanted 16 or a"
                + " part of it (dim of params.json)");
  }

  @Test
  void refusesAFolderWithoutTokenizer() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("none/7B"));
    copyAll("micro-meta-1", folder);

    assertThatThrownBy(() -> ModelSource.open(folder, SourceOptions.defaults()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(folder + ": there is no tokenizer.model, neither here nor in the folder above");
  }

  /// Equal tensors, and equal metadata but for what the folders are called and the special tokens
  /// that only Hugging Face names.
  private void assertSame(Path folder, String model) {
    for (String type : List.of("F32", "Q8_0")) {
      Path got = convert(folder, type, "got");
      Path want = convert(safetensors(model), type, "want");
      try (GgufFile gotten = GgufFile.open(got);
          GgufFile wanted = GgufFile.open(want)) {
        assertThat(tensors(gotten)).isEqualTo(tensors(wanted));
        assertThat(metadata(gotten)).isEqualTo(metadata(wanted));
      }
    }
  }

  private static Map<String, String> metadata(GgufFile file) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, MetadataValue> entry : file.metadata().entrySet()) {
      String key = entry.getKey();
      if (!key.startsWith("general.")) {
        values.put(
            key,
            entry.getValue() instanceof MetadataValue.Array array
                ? List.copyOf(array.values()).toString()
                : entry.getValue().toString());
      }
    }
    return values;
  }

  private static Map<String, Integer> tensors(GgufFile file) {
    Map<String, Integer> hashes = new LinkedHashMap<>();
    for (TensorInfo info : file.tensors()) {
      TensorData tensor = file.tensor(info.name()).orElseThrow();
      byte[] bytes = tensor.mapped().orElseThrow().toArray(ValueLayout.JAVA_BYTE);
      hashes.put(info.toString(), Arrays.hashCode(bytes));
    }
    return hashes;
  }

  private static Path safetensors(String model) {
    return GOLDEN.resolve(model);
  }

  private Path convert(Path source, String type, String name) {
    Path file = scratch.resolve(name + "-" + source.getFileName() + "-" + type + ".gguf");
    SourceOptions options = new SourceOptions(Optional.empty(), Optional.of(name));
    try (ModelSource opened = ModelSource.open(source, options)) {
      Target target = new Target(Recipe.named(type), file);
      ConversionPlan plan =
          Planner.plan(
              opened, new ConversionRequest(List.of(target), RecipeOptions.NONE, false, true));
      Conversion.run(plan, new ConversionOptions(1, false, false, (done, total) -> {}));
    }
    return file;
  }

  private Path folder(String model, String... names) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(model));
    for (String name : names) {
      copy(model + "/" + name, folder);
    }
    return folder;
  }

  private static void copy(String file, Path folder) throws IOException {
    Path from = GOLDEN.resolve(file);
    Files.copy(from, folder.resolve(from.getFileName()));
  }

  private static void copyAll(String model, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve(model))) {
      for (Path file : files.toList()) {
        copy(model + "/" + file.getFileName(), folder);
      }
    }
  }
}
