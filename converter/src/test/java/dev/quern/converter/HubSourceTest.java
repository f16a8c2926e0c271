package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.converter.TestHub.Trouble;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.hub.HubCache;
import dev.quern.formats.hub.HubId;
import dev.quern.formats.hub.HubModel;
import dev.quern.formats.hub.HubSettings;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The golden model, fetched from a server that behaves well or not.
final class HubSourceTest {
  private static final Path MODEL = Path.of("src/test/resources/golden/tiny-llama");
  private static final HubId ID = new HubId("owner/tiny-llama", "main", true);

  @TempDir private Path scratch = Path.of("");

  private static HubSettings settings(TestHub hub, Optional<String> token) {
    return new HubSettings(hub.endpoint(), token, 4, Duration.ofMillis(1));
  }

  private byte[] convert(ModelSource source, String name) throws IOException {
    Path target = scratch.resolve(name + ".gguf");
    try (source) {
      Target wanted = new Target(Recipe.named("Q8_0"), target);
      ConversionPlan plan =
          Planner.plan(
              source, new ConversionRequest(List.of(wanted), RecipeOptions.NONE, false, true));
      Conversion.run(plan, new ConversionOptions(2, false, false, (_, _) -> {}));
    }
    return Files.readAllBytes(target);
  }

  private byte[] local() throws IOException {
    return convert(ModelSource.open(MODEL, SourceOptions.defaults()), "local");
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "TOO_MANY", "BROKEN", "EXPIRED", "GATED"})
  void aFetchedModelBecomesTheSameFile(Trouble trouble) throws IOException {
    try (TestHub hub = new TestHub(MODEL, trouble)) {
      HubModel model = HubModel.open(ID, settings(hub, TestHub.token()));
      Path folder = model.folder();
      assertThat(Files.exists(folder.resolve("config.json"))).isTrue();
      assertThat(Files.exists(folder.resolve("model.safetensors"))).isFalse();
      ModelSource source = ModelSource.openHub(model, SourceOptions.defaults());
      assertThat(source.defaultName()).isEqualTo("tiny-llama");
      assertThat(convert(source, "fetched")).isEqualTo(local());
      assertThat(Files.exists(folder)).isFalse();
      assertThat(hub.requests())
          .filteredOn(one -> one.startsWith("store "))
          .isNotEmpty()
          .allMatch(one -> one.endsWith(" no token") && one.contains("bytes="));
      assertThat(hub.requests())
          .filteredOn(one -> one.startsWith("hub "))
          .allMatch(one -> one.endsWith(" Bearer secret"));
    }
  }

  @Test
  void shardsAreFetchedByTheirIndex() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("tiny-llama"));
    for (String file : List.of("config.json", "tokenizer.model", "tokenizer_config.json")) {
      Files.copy(MODEL.resolve(file), folder.resolve(file));
    }
    Files.copy(MODEL.resolve("generation_config.json"), folder.resolve("generation_config.json"));
    Files.copy(MODEL.resolve("model.safetensors"), folder.resolve("part-1.safetensors"));
    try (Checkpoint all = SafetensorsFile.open(MODEL.resolve("model.safetensors"))) {
      List<String> names =
          all.tensors().stream()
              .map(one -> "\"" + one.name() + "\": \"part-1.safetensors\"")
              .toList();
      Files.writeString(
          folder.resolve("model.safetensors.index.json"),
          "{\"weight_map\": {" + String.join(", ", names) + "}}");
    }
    try (TestHub hub = new TestHub(folder, Trouble.NONE)) {
      HubModel model = HubModel.open(ID, settings(hub, Optional.empty()));
      assertThat(convert(ModelSource.openHub(model, SourceOptions.defaults()), "shards"))
          .isEqualTo(local());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GATED,it wants a token: set HF_TOKEN",
    "DOWN,'asked 4 times: the server answers 503'",
    "CIRCLE,more than 5 redirects",
    "NO_RANGES,does not send parts of files"
  })
  void saysWhyAModelCannotBeFetched(Trouble trouble, String reason) {
    try (TestHub hub = new TestHub(MODEL, trouble)) {
      assertThatThrownBy(
              () ->
                  ModelSource.openHub(
                          HubModel.open(ID, settings(hub, Optional.empty())),
                          SourceOptions.defaults())
                      .close())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(reason)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
  }

  @Test
  void leavesNothingBehindWhenAModelCannotBeOpened() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("tiny-llama"));
    Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    Files.copy(MODEL.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    try (TestHub hub = new TestHub(folder, Trouble.NONE)) {
      HubModel model = HubModel.open(ID, settings(hub, Optional.empty()));
      assertThatThrownBy(() -> ModelSource.openHub(model, SourceOptions.defaults()).close())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("tokenizer");
      assertThat(Files.exists(model.folder())).isFalse();
    }
  }

  @Test
  void saysThatThereIsNoSuchModel() {
    try (TestHub hub = new TestHub(MODEL, Trouble.NONE)) {
      HubId other = new HubId("owner/other", "main", true);
      assertThatThrownBy(() -> HubModel.open(other, settings(hub, Optional.empty())))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("answers 404: there is no such file, model or revision");
    }
  }

  @Test
  void findsModelsInTheCache() throws IOException {
    Path model = scratch.resolve("hub/models--owner--tiny-llama");
    Path snapshot = Files.createDirectories(model.resolve("snapshots/" + TestHub.COMMIT));
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    for (String file :
        List.of(
            "config.json",
            "tokenizer.model",
            "tokenizer_config.json",
            "generation_config.json",
            "model.safetensors")) {
      Files.copy(MODEL.resolve(file), blobs.resolve(file + "-blob"));
      Files.createSymbolicLink(
          snapshot.resolve(file), Path.of("../../blobs").resolve(file + "-blob"));
    }
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), TestHub.COMMIT);
    HubCache cache = new HubCache(scratch.resolve("hub"));

    HubId id = HubId.parse(Path.of("owner/tiny-llama")).orElseThrow();
    assertThat(cache.find(id)).contains(snapshot);
    assertThat(cache.find(new HubId("owner/tiny-llama", TestHub.COMMIT, false))).contains(snapshot);
    assertThat(cache.find(new HubId("owner/tiny-llama", "v2", false))).isEmpty();
    assertThat(cache.find(new HubId("owner/other", "main", false))).isEmpty();
    ModelSource source = ModelSource.openSnapshot(id, snapshot, SourceOptions.defaults());
    assertThat(source.defaultName()).isEqualTo("tiny-llama");
    assertThat(convert(source, "cached")).isEqualTo(local());

    Files.writeString(model.resolve("refs/main"), "../../elsewhere");
    assertThatThrownBy(() -> cache.find(id))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("does not name a commit");
  }

  @ParameterizedTest
  @CsvSource({
    "hf://owner/name,owner/name,main,true",
    "hf:/owner/name@v1.0,owner/name,v1.0,true",
    "hf://gpt2,gpt2,main,true",
    "owner/name@refs/pr/3,owner/name,refs/pr/3,false"
  })
  void readsIds(String source, String name, String revision, boolean remote) {
    assertThat(HubId.parse(Path.of(source))).contains(new HubId(name, revision, remote));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "folder",
        "a/b/c",
        "../name",
        "owner/../name",
        "/owner/name",
        "owner/na me",
        "hf://a/b@../c"
      })
  void leavesPathsAlone(String source) {
    assertThat(HubId.parse(Path.of(source))).isEmpty();
  }
}
