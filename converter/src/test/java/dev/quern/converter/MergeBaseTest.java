package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Differences and adapters on a model in the layouts of Hugging Face, Meta, Mistral and GGUF.
final class MergeBaseTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path CONTAINERS = GOLDEN.resolve("containers");
  private static final List<String> MODULES =
      List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.o_proj", "mlp.down_proj");

  @TempDir private Path scratch = Path.of("");

  private Path base = Path.of("");

  @BeforeEach
  void model() throws IOException {
    base = copy(CONTAINERS.resolve("micro"), "micro");
  }

  private Path copy(Path from, String name) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(name));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(String.valueOf(file.getFileName())));
      }
    }
    return folder;
  }

  private Path meta(int ranks) throws IOException {
    Path folder = copy(CONTAINERS.resolve("micro-meta-" + ranks), "meta" + ranks);
    Files.copy(base.resolve("tokenizer.model"), folder.resolve("tokenizer.model"));
    return folder;
  }

  private static Merging delta(Path delta) {
    return new Merging(Optional.of(delta), Optional.empty(), OptionalDouble.empty(), List.of());
  }

  private static Merging adapter(Path path) {
    return new Merging(
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        List.of(new Merging.Adapter(path, 1)));
  }

  /// A low-rank adapter of random numbers for some modules of the first block of `model`.
  private Path adapterFor(Path model) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("adapter"));
    Random random = new Random(7);
    List<Entry> entries = new ArrayList<>();
    try (Checkpoint weights = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      for (String module : MODULES) {
        String name = "model.layers.0." + module;
        Shape shape = weights.tensor(name + ".weight").orElseThrow().shape();
        String prefix = "base_model.model." + name;
        entries.add(numbers(prefix + ".lora_A.weight", Shape.of(shape.rowLength(), 4), random));
        entries.add(numbers(prefix + ".lora_B.weight", Shape.of(4, shape.rows()), random));
      }
    }
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), Map.of(), entries);
    Files.writeString(
        folder.resolve("adapter_config.json"),
        """
        {"peft_type": "LORA", "r": 4, "lora_alpha": 8,
         "target_modules": ["q_proj", "k_proj", "o_proj", "down_proj"]}
        """);
    return folder;
  }

  private static Entry numbers(String name, Shape shape, Random random) {
    byte[] bytes = new byte[4 * (int) shape.elements()];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    for (int i = 0; i < shape.elements(); i++) {
      segment.set(Le.FLOAT, 4L * i, (float) random.nextGaussian());
    }
    return new Entry(name, DType.F32, shape, segment);
  }

  private Path convert(Path source, Merging merging, String type, String name) {
    Path file = scratch.resolve(name + ".gguf");
    SourceOptions options =
        new SourceOptions(Optional.empty(), Optional.of("x"), Optional.empty(), merging);
    try (ModelSource opened = ModelSource.open(source, options)) {
      Target target = new Target(Recipe.named(type), file);
      ConversionPlan plan =
          Planner.plan(
              opened, new ConversionRequest(List.of(target), RecipeOptions.NONE, false, true));
      Conversion.run(plan, new ConversionOptions(1, false, false, (_, _) -> {}));
    }
    return file;
  }

  private static Map<String, String> tensors(Path file) {
    Map<String, String> tensors = new TreeMap<>();
    try (GgufFile gguf = GgufFile.open(file)) {
      for (TensorInfo info : gguf.tensors()) {
        MemorySegment bytes = gguf.tensor(info.name()).orElseThrow().mapped().orElseThrow();
        tensors.put(info.toString(), Arrays.toString(bytes.toArray(Le.BYTE)));
      }
    }
    return tensors;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aDifferenceToMetasFilesIsThatToHuggingFaces(int ranks) throws IOException {
    Path wanted = convert(base, delta(base), "Q8_0", "wanted");
    Path gotten = convert(meta(ranks), delta(base), "Q8_0", "gotten");
    assertThat(Files.mismatch(gotten, wanted)).isEqualTo(-1);
  }

  @Test
  void anAdapterOnMetasFilesIsThatOnHuggingFaces() throws IOException {
    Path adapter = adapterFor(base);
    Path wanted = convert(base, adapter(adapter), "F32", "wanted");
    Path gotten = convert(meta(2), adapter(adapter), "F32", "gotten");
    assertThat(tensors(gotten)).isEqualTo(tensors(wanted));
    assertThat(tensors(wanted)).isNotEqualTo(tensors(convert(base, Merging.NONE, "F32", "plain")));
  }

  @Test
  void anAdapterOnMistralsFilesIsThatOnHuggingFaces() throws IOException {
    Path here = copy(GOLDEN.resolve("tiny-mistral"), "here");
    Path mistral = copy(CONTAINERS.resolve("mistral"), "mistral");
    for (String file : List.of("tokenizer.model", "tekken.json")) {
      if (Files.exists(here.resolve(file))) {
        Files.copy(here.resolve(file), mistral.resolve(file));
      }
    }
    Path adapter = adapterFor(here);
    Path wanted = convert(here, adapter(adapter), "F32", "wanted");
    Path gotten = convert(mistral, adapter(adapter), "F32", "gotten");
    assertThat(tensors(gotten)).isEqualTo(tensors(wanted));
  }

  @Test
  void anAdapterOnAGgufIsThatOnTheCheckpointItWasMadeOf() throws IOException {
    Path adapter = adapterFor(base);
    String type;
    try (ModelSource opened = ModelSource.open(base, SourceOptions.defaults())) {
      type = opened.lossless().name();
    }
    Path gguf = convert(base, Merging.NONE, type, "plain");
    Path wanted = convert(base, adapter(adapter), "F32", "wanted");
    Path gotten = convert(gguf, adapter(adapter), "F32", "gotten");
    assertThat(tensors(gotten)).isEqualTo(tensors(wanted));
  }

  @Test
  void aDifferenceToAGgufIsThatToTheCheckpointItWasMadeOf() throws IOException {
    Path gguf = convert(base, Merging.NONE, "F32", "plain");
    Path wanted = convert(base, delta(base), "F32", "wanted");
    Path gotten = convert(gguf, delta(base), "F32", "gotten");
    assertThat(tensors(gotten)).isEqualTo(tensors(wanted));
  }

  @Test
  void mergedMetasFilesBecomeAFolderOfHuggingFaces() throws IOException {
    Path adapter = adapterFor(base);
    Path folder = scratch.resolve("folder");
    try (MergedModel model = MergedModel.open(meta(2), adapter(adapter))) {
      CheckpointFolder.write(model, folder, 1 << 30);
    }
    Path wanted = convert(base, adapter(adapter), "F32", "wanted");
    assertThat(tensors(convert(folder, Merging.NONE, "F32", "gotten"))).isEqualTo(tensors(wanted));
  }

  @ParameterizedTest
  @CsvSource({
    "Q8_0,'is Q8_0, and differences and adapters are added to F32, F16 and BF16 alone'",
    "F16,a GGUF has no config.json for a folder of Hugging Face'"
  })
  void saysWhyAGgufCannotBeMergedIntoAFolder(String type, String reason) throws IOException {
    Path model = GOLDEN.resolve("tiny-llama");
    Path gguf = convert(model, Merging.NONE, type, "plain");
    Merging merging = adapter(adapterFor(model));
    assertThatThrownBy(() -> MergedModel.open(gguf, merging))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void tensorsReadInPartsAsInTheWhole() throws IOException {
    Random random = new Random(5);
    try (MergedModel model = MergedModel.open(meta(4), adapter(adapterFor(base)))) {
      for (SourceTensor tensor : model.checkpoint().tensors()) {
        byte[] whole = tensor.bytes().toArray(Le.BYTE);
        long elements = tensor.shape().elements();
        for (int i = 0; i < 20; i++) {
          long first = random.nextLong(elements);
          long count = random.nextLong(elements - first) + 1;
          byte[] part = new byte[(int) tensor.dtype().bytes(count)];
          tensor.data().read(first, count, MemorySegment.ofArray(part));
          int at = (int) tensor.dtype().bytes(first);
          assertThat(part).isEqualTo(Arrays.copyOfRange(whole, at, at + part.length));
        }
      }
    }
  }
}
