package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.converter.TestHub.Trouble;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.hub.HubCache;
import dev.quern.formats.hub.HubId;
import dev.quern.formats.hub.HubModel;
import dev.quern.formats.hub.HubSettings;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
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
    return convert(source, name, null);
  }

  private byte[] convert(ModelSource source, String name, @Nullable Resumption resumption)
      throws IOException {
    Path target = scratch.resolve(name + ".gguf");
    try (source) {
      Target wanted = new Target(Recipe.named("Q8_0"), target);
      ConversionPlan plan =
          Planner.plan(
              source, new ConversionRequest(List.of(wanted), RecipeOptions.NONE, false, true));
      Conversion.run(plan, new ConversionOptions(1, false, false, (_, _) -> {}, resumption));
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

  /// The golden model with a file for each tensor.
  private Path shards() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("tiny-llama"));
    for (String file :
        List.of(
            "config.json", "tokenizer.model", "tokenizer_config.json", "generation_config.json")) {
      Files.copy(MODEL.resolve(file), folder.resolve(file));
    }
    List<String> names = new ArrayList<>();
    try (Checkpoint all = SafetensorsFile.open(MODEL.resolve("model.safetensors"))) {
      for (SourceTensor one : all.tensors()) {
        String file = "part-%02d.safetensors".formatted(names.size());
        names.add("\"%s\": \"%s\"".formatted(one.name(), file));
        Entry entry = new Entry(one.name(), one.dtype(), one.shape(), one.bytes());
        SafetensorsWriter.write(folder.resolve(file), Map.of(), List.of(entry));
      }
      Files.writeString(
          folder.resolve("model.safetensors.index.json"),
          "{\"weight_map\": {" + String.join(", ", names) + "}}");
    }
    return folder;
  }

  @Test
  void shardsAreFetchedByTheirIndex() throws IOException {
    Path folder = shards();
    try (TestHub hub = new TestHub(folder, Trouble.NONE)) {
      HubModel model = HubModel.open(ID, settings(hub, Optional.empty()));
      assertThat(convert(ModelSource.openHub(model, SourceOptions.defaults()), "shards"))
          .isEqualTo(local());
    }
  }

  @Test
  void aQuantizedModelOfLargeTensorsIsFetchedInWindows() throws IOException {
    Path folder = writeQuantized(scratch.resolve("tiny-llama"));
    byte[] local = convert(ModelSource.open(folder, SourceOptions.defaults()), "local");
    try (TestHub hub = new TestHub(folder, Trouble.NONE)) {
      HubModel model = HubModel.open(ID, settings(hub, Optional.empty()));
      ModelSource source = ModelSource.openHub(model, SourceOptions.defaults());
      int opening = weights(hub).size();
      assertThat(convert(source, "fetched")).isEqualTo(local);
      assertThat(opening).isLessThan(10);
      assertThat(weights(hub)).doesNotHaveDuplicates();
    }
  }

  private static List<String> weights(TestHub hub) {
    return hub.requests().stream()
        .filter(one -> one.startsWith("store "))
        .map(one -> one.substring(one.indexOf("bytes=")))
        .toList();
  }

  /// The tiny model with a feed-forward network of 17 MB of FP8 in a tensor.
  private static Path writeQuantized(Path folder) throws IOException {
    int width = 270_336;
    Files.createDirectories(folder);
    for (String file : List.of("tokenizer.model", "tokenizer_config.json")) {
      Files.copy(MODEL.resolve(file), folder.resolve(file));
    }
    String settings = "\"quantization_config\": {\"quant_method\": \"fp8\"}";
    Files.writeString(
        folder.resolve("config.json"),
        Files.readString(MODEL.resolve("config.json"))
            .replaceFirst("\\{", "{" + settings + ",")
            .replaceFirst("\"intermediate_size\": *\\d+", "\"intermediate_size\": " + width)
            .replaceFirst("\"num_hidden_layers\": *\\d+", "\"num_hidden_layers\": 1"));
    Random random = new Random(3);
    List<Entry> entries = new ArrayList<>();
    try (Checkpoint model = SafetensorsFile.open(MODEL.resolve("model.safetensors"))) {
      for (SourceTensor one : model.tensors()) {
        boolean down = one.name().contains("down_proj");
        if (one.name().contains("layers.1.")) {
          continue;
        }
        if (!one.name().contains("mlp.")) {
          entries.add(new Entry(one.name(), one.dtype(), one.shape(), one.bytes()));
        } else {
          byte[] codes = new byte[64 * width];
          random.nextBytes(codes);
          for (int i = 0; i < codes.length; i++) {
            codes[i] &= (byte) 0xbf; // far from what is no number
          }
          Shape shape = down ? Shape.of(width, 64) : Shape.of(64, width);
          entries.add(new Entry(one.name(), DType.F8_E4M3, shape, MemorySegment.ofArray(codes)));
          entries.add(scale(one.name() + "_scale_inv"));
        }
      }
      SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), entries);
    }
    return folder;
  }

  private static Entry scale(String name) {
    byte[] bytes = new byte[4];
    MemorySegment.ofArray(bytes).set(Le.FLOAT, 0, 0.01f);
    return new Entry(name, DType.F32, Shape.of(1), MemorySegment.ofArray(bytes));
  }

  @Test
  void aConversionThatLostItsConnectionGoesOnInAnotherRun() throws IOException {
    byte[] local = local();
    Path folder = shards();
    try (TestHub hub = new TestHub(folder, Trouble.NONE)) {
      ModelSource first = hub(hub);
      hub.stopAfter(4);
      assertThatThrownBy(() -> convert(first, "resumed", new Resumption("quern", false, false)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("the server answers 503");
      assertThat(scratch.resolve(".resumed.gguf.part.journal")).isNotEmptyFile();
      hub.stopAfter(1000);
      int before = weights(hub).size();
      assertThat(convert(hub(hub), "resumed", new Resumption("quern", false, false)))
          .isEqualTo(local);
      int second = weights(hub).size() - before;
      convert(hub(hub), "again", null);
      assertThat(weights(hub).size() - before - second).isGreaterThan(second);
    }
  }

  private static ModelSource hub(TestHub hub) {
    HubModel model = HubModel.open(ID, settings(hub, Optional.empty()));
    return ModelSource.openHub(model, SourceOptions.defaults());
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
