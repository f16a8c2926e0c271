package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.converter.overlay.AddedRows;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Sha256;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Published differences added to their base: the sums are PyTorch's, to the bit. The files come
/// from `src/test/golden/make-deltas.py`.
final class DeltaTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/deltas");
  private static final Path BASE = GOLDEN.resolve("base");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"vicuna", "alpaca"})
  void sumsAreThoseOfPyTorch(String name) throws IOException {
    JsonNode wanted = sums().get(name);
    try (MergedModel model = MergedModel.open(BASE, adding(GOLDEN.resolve(name)))) {
      assertThat(model.checkpoint().tensors()).hasSize(wanted.size());
      for (SourceTensor tensor : model.checkpoint().tensors()) {
        JsonNode digest = wanted.get(tensor.name());
        assertThat(tensor.dtype()).isEqualTo(dtype(digest.get(0).textValue()));
        assertThat(Sha256.of(tensor.bytes()))
            .as(tensor.name())
            .isEqualTo(digest.get(1).textValue());
      }
    }
  }

  @Test
  void koalasDifferenceLiesAloneAndInTheLayoutOfEasyLm() throws IOException {
    JsonNode wanted = sums().get("koala");
    Path delta = GOLDEN.resolve("koala").resolve("koala_diff");
    try (MergedModel model = MergedModel.open(BASE, adding(delta))) {
      assertThat(model.folder()).isEqualTo(BASE);
      assertThat(model.checkpoint().tensors()).hasSize(wanted.size());
      for (SourceTensor tensor : model.checkpoint().tensors()) {
        JsonNode digest = wanted.get(tensor.name());
        assertThat(tensor.dtype()).isEqualTo(dtype(digest.get(0).textValue()));
        assertThat(Sha256.of(tensor.bytes()))
            .as(tensor.name())
            .isEqualTo(digest.get(1).textValue());
      }
    }
  }

  @Test
  void aModelOfEasyLmsMayBeTheBase() throws IOException {
    Path model = scratch.resolve("easylm");
    Files.copy(GOLDEN.resolve("koala").resolve("koala_diff"), model);
    Files.copy(BASE.resolve("config.json"), scratch.resolve("config.json"));
    try (MergedModel merged = MergedModel.open(model, Merging.NONE);
        MergedModel base = MergedModel.open(BASE, Merging.NONE)) {
      for (SourceTensor tensor : base.checkpoint().tensors()) {
        SourceTensor got = merged.checkpoint().tensor(tensor.name()).orElseThrow();
        assertThat(got.shape()).as(tensor.name()).isEqualTo(tensor.shape());
        assertThat(got.dtype()).isEqualTo(DType.BF16);
      }
    }
  }

  @Test
  void theVocabularyThatGrowsIsNoted() {
    try (MergedModel model = MergedModel.open(BASE, adding(GOLDEN.resolve("vicuna")))) {
      assertThat(model.checkpoint().notes())
          .singleElement()
          .asString()
          .contains("321 tokens, the base's 320; the base is taken to have zeros there");
    }
    Merging chosen =
        new Merging(
            Optional.of(GOLDEN.resolve("vicuna")),
            Optional.of(AddedRows.MEAN),
            OptionalDouble.empty(),
            List.of());
    try (MergedModel model = MergedModel.open(BASE, chosen)) {
      assertThat(model.checkpoint().notes())
          .singleElement()
          .asString()
          .endsWith("the mean of its rows there");
    }
  }

  @Test
  void theChecksumOfThePublisherIsHeld() throws IOException {
    double sum = sums().get("alpaca_checksum").doubleValue();
    Optional<Path> delta = Optional.of(GOLDEN.resolve("alpaca"));
    Merging right = new Merging(delta, Optional.empty(), OptionalDouble.of(sum), List.of());
    Merging wrong = new Merging(delta, Optional.empty(), OptionalDouble.of(sum + 0.1), List.of());

    MergedModel.open(BASE, right).close();
    assertThatThrownBy(() -> MergedModel.open(BASE, wrong))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("the sum of all weights is")
        .hasMessageContaining("damaged");
  }

  @Test
  void convertingOnTheFlyEqualsConvertingTheWrittenFolder() throws IOException {
    Path delta = withTokenizer("vicuna");
    Path merged = scratch.resolve("merged/vicuna");
    try (MergedModel model = MergedModel.open(BASE, adding(delta))) {
      assertThat(CheckpointFolder.write(model, merged, 50_000)).hasSizeGreaterThan(1);
    }
    for (String type : List.of("F16", "Q8_0")) {
      Path direct = convert(BASE, adding(delta), type, "direct");
      Path written = convert(merged, Merging.NONE, type, "written");
      assertThat(Files.readAllBytes(direct)).isEqualTo(Files.readAllBytes(written));
    }
  }

  @Test
  void thePlanSaysWhatIsAdded() throws IOException {
    Path delta = withTokenizer("vicuna");
    try (ModelSource source = ModelSource.open(BASE, options(adding(delta), "x"))) {
      ConversionPlan plan = Planner.plan(source, request("F16", scratch.resolve("x.gguf")));
      assertThat(source.defaultName()).isEqualTo("vicuna");
      PlannedTensor tensor =
          plan.outputs().getFirst().tensors().stream()
              .filter(one -> one.info().name().equals("blk.0.attn_q.weight"))
              .findFirst()
              .orElseThrow();
      assertThat(plan.provenance(tensor)).contains("+ " + delta + "/model.safetensors");
    }
  }

  @Test
  void refusesWhatIsNoDifferenceToTheBase() {
    refused(List.of("model.norm.weight"), 64, "is not in");
    refused(List.of(), 64, "is not in");
    refused(all(), 60, "is 60 x 320 (row length first), but 64 x 320");
  }

  @Test
  void refusesNumbersThatCannotBeAdded() throws IOException {
    List<Entry> entries =
        all().stream().map(name -> entry(name, DType.I32, shape(name, 64))).toList();
    Path file = scratch.resolve("whole.safetensors");
    SafetensorsWriter.write(file, Map.of(), entries);
    assertThatThrownBy(() -> MergedModel.open(BASE, adding(file)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("has type I32, wanted F32, F16 or BF16 to compute with");
  }

  private void refused(List<String> names, int hidden, String message) {
    List<Entry> entries =
        names.stream().map(name -> entry(name, DType.F16, shape(name, hidden))).toList();
    Path file = scratch.resolve(names.size() + "-" + hidden + ".safetensors");
    SafetensorsWriter.write(file, Map.of(), entries);
    assertThatThrownBy(() -> MergedModel.open(BASE, adding(file)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private static List<String> all() {
    try (SafetensorsFile file = SafetensorsFile.open(BASE.resolve("model.safetensors"))) {
      return file.tensors().stream().map(SourceTensor::name).toList();
    }
  }

  private static Shape shape(String name, long hidden) {
    try (SafetensorsFile file = SafetensorsFile.open(BASE.resolve("model.safetensors"))) {
      Shape shape = file.tensor(name).orElseThrow().shape();
      return shape.rank() == 2 ? Shape.of(hidden, shape.rows()) : shape;
    }
  }

  private static Entry entry(String name, DType dtype, Shape shape) {
    byte[] bytes = new byte[(int) dtype.bytes(shape.elements())];
    return new Entry(name, dtype, shape, MemorySegment.ofArray(bytes));
  }

  private static Merging adding(Path delta) {
    return new Merging(Optional.of(delta), Optional.empty(), OptionalDouble.empty(), List.of());
  }

  private static SourceOptions options(Merging merging, String name) {
    return new SourceOptions(Optional.empty(), Optional.of(name), Optional.empty(), merging);
  }

  private static ConversionRequest request(String type, Path target) {
    return new ConversionRequest(
        List.of(new Target(Recipe.named(type), target)), RecipeOptions.NONE, false, true);
  }

  private Path convert(Path path, Merging merging, String type, String name) {
    Path target = scratch.resolve(name + "-" + type + ".gguf");
    try (ModelSource source = ModelSource.open(path, options(merging, "same"))) {
      Conversion.run(Planner.plan(source, request(type, target)), ConversionOptions.defaults());
    }
    return target;
  }

  /// A copy of a golden folder with a tokenizer.
  private Path withTokenizer(String name) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(name));
    for (Path from : List.of(GOLDEN.resolve(name), GOLDEN.resolveSibling("tiny-llama"))) {
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          String text = file.getFileName().toString();
          if (from.endsWith(name) || text.startsWith("tokenizer")) {
            Files.copy(file, folder.resolve(text));
          }
        }
      }
    }
    return folder;
  }

  private static JsonNode sums() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve("sums.json").toFile());
  }

  private static DType dtype(String name) {
    return name.toLowerCase(Locale.ROOT).equals("float16") ? DType.F16 : DType.F32;
  }
}
