package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.Merging.Adapter;
import dev.quern.converter.ModelSource.Raw;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TypeOverride;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tensors of models that make pictures, under their own names.
final class RawSourceTest {
  private static final String UNET = "model.diffusion_model.";
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir private Path folder = Path.of("");
  private final List<Entry> entries = new ArrayList<>();

  @Test
  void keepsNamesExtentsAndTheTypesOfConvolutions() {
    Path file = stableDiffusion();
    try (GgufModel model = convert(file, "Q4_K", Optional.empty(), RecipeOptions.NONE)) {
      assertThat(model.metadata())
          .containsEntry("general.architecture", new Text("sd1"))
          .containsEntry("general.name", new Text("sd"));
      assertType(model, UNET + "input_blocks.3.0.op.weight", GgmlType.F16, 3, 3, 8, 8);
      assertType(model, UNET + "middle_block.1.proj_in.weight", GgmlType.BF16, 1, 1, 8, 8);
      assertType(model, UNET + "time_embed.0.weight", GgmlType.F32, 256, 8);
      assertType(model, UNET + "input_blocks.1.0.in_layers.0.weight", GgmlType.F32, 8);
      assertType(model, UNET + "input_blocks.1.1.attn1.to_q.weight", GgmlType.Q4_K, 256, 8);
      assertType(model, UNET + "input_blocks.1.1.attn1.to_k.weight", GgmlType.Q5_0, 64, 8);
      assertType(model, "cond_stage_model.position_ids", GgmlType.I64, 77, 1);
      assertType(model, "cond_stage_model.text_projection", GgmlType.F16, 32, 32);
    }
  }

  @Test
  void whatIsKeptHasTheBytesOfTheSource() {
    Path file = stableDiffusion();
    try (GgufModel model = convert(file, "Q8_0", Optional.empty(), RecipeOptions.NONE);
        SafetensorsFile source = SafetensorsFile.open(file)) {
      for (String name :
          List.of(
              UNET + "input_blocks.3.0.op.weight",
              UNET + "middle_block.1.proj_in.weight",
              UNET + "time_embed.0.weight",
              "cond_stage_model.position_ids")) {
        MemorySegment bytes = model.tensor(name).orElseThrow().mapped().orElseThrow();
        MemorySegment wanted = source.tensor(name).orElseThrow().bytes();
        assertThat(bytes.mismatch(wanted)).as(name).isEqualTo(-1);
      }
    }
  }

  @Test
  void halvesAreWantedForAllMatricesAndConvolutions() {
    try (GgufModel model =
        convert(stableDiffusion(), "F16", Optional.of("mine"), RecipeOptions.NONE)) {
      assertThat(model.metadata()).containsEntry("general.architecture", new Text("mine"));
      assertType(model, UNET + "input_blocks.3.0.op.weight", GgmlType.F16, 3, 3, 8, 8);
      assertType(model, UNET + "time_embed.0.weight", GgmlType.F16, 256, 8);
      assertType(model, UNET + "input_blocks.1.0.in_layers.0.weight", GgmlType.F32, 8);
    }
  }

  @Test
  void aTypeThatIsAskedForIsGiven() {
    RecipeOptions types =
        new RecipeOptions(List.of(TypeOverride.parse("time_embed=Q8_0")), null, null, false, false);
    try (GgufModel model = convert(stableDiffusion(), "Q4_K", Optional.empty(), types)) {
      assertType(model, UNET + "time_embed.0.weight", GgmlType.Q8_0, 256, 8);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flux|double_blocks.0.img_attn.proj.weight",
        "flux|transformer_blocks.0.attn.add_q_proj.weight"
            + " single_transformer_blocks.0.attn.to_q.weight",
        "sd3|model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight",
        "sd3|transformer_blocks.0.attn.add_q_proj.weight pos_embed.proj.weight",
        "sdxl|down_blocks.0.downsamplers.0.conv.weight add_embedding.linear_1.weight",
        "sdxl|model.diffusion_model.input_blocks.3.0.op.weight"
            + " model.diffusion_model.label_emb.0.0.weight",
        "sd1|down_blocks.0.downsamplers.0.conv.weight time_embedding.linear_1.weight"
      })
  void theArchitectureIsToldByNames(String id, String names) {
    for (String name : names.split(" ", -1)) {
      add(name, DType.F16, 8, 8);
    }
    try (ModelSource source = ModelSource.open(write("x"), options(Optional.empty()))) {
      assertThat(source.architecture()).isEqualTo(id);
      assertThat(source.problems()).isEmpty();
    }
  }

  @Test
  void addsAdaptersToPictureModels() {
    Path kohya = GOLDEN.resolve("loras/kohya");
    SourceOptions options =
        new SourceOptions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Merging(
                    Optional.empty(),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    List.of(new Adapter(kohya.resolve("lora.safetensors"), 1))))
            .with(new Raw(Optional.of("sd1")));
    try (ModelSource source = ModelSource.open(kohya.resolve("base.safetensors"), options)) {
      assertThat(source.defaultName()).isEqualTo("lora");
      assertThat(source.weights())
          .filteredOn(one -> one.info().name().equals(UNET + "input_blocks.4.0.in_layers.2.weight"))
          .singleElement()
          .satisfies(one -> assertThat(one.made()).startsWith("+ LoRA "));
    }
  }

  @Test
  void readsCheckpointsOfPyTorchs() {
    Path file = GOLDEN.resolve("containers/micro-bin/epoch.ckpt");
    try (ModelSource source = ModelSource.open(file, options(Optional.of("x")))) {
      assertThat(source.weights()).hasSize(12);
      assertThat(source.warnings()).anyMatch(line -> line.contains("under \"state_dict\""));
    }
  }

  @Test
  void refusesWhatAGgufCannotHold() {
    add("five", DType.F16, 2, 2, 2, 2, 2);
    add("truth", DType.BOOL, 4);
    Path file = write("odd");
    try (ModelSource source = ModelSource.open(file, options(Optional.of("x")))) {
      assertThat(source.problems())
          .containsExactlyInAnyOrder(
              file + ": tensor five is 2 x 2 x 2 x 2 x 2, and a GGUF has at most 4 extents",
              file + ": tensor truth has type BOOL, which no GGUF stores");
    }
    assertThatThrownBy(() -> ModelSource.open(file, options(Optional.empty())))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("(flux, sd3, sdxl, sd1); name it with --arch");
    assertThatThrownBy(() -> ModelSource.open(folder, options(Optional.empty())))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("the folder has no diffusion_pytorch_model.safetensors or ");
  }

  private Path stableDiffusion() {
    entries.clear();
    add(UNET + "input_blocks.3.0.op.weight", DType.F16, 3, 3, 8, 8);
    add(UNET + "middle_block.1.proj_in.weight", DType.BF16, 1, 1, 8, 8);
    add(UNET + "time_embed.0.weight", DType.F32, 256, 8);
    add(UNET + "input_blocks.1.0.in_layers.0.weight", DType.F16, 8);
    add(UNET + "input_blocks.1.1.attn1.to_q.weight", DType.F16, 256, 8);
    add(UNET + "input_blocks.1.1.attn1.to_k.weight", DType.F16, 64, 8);
    add("cond_stage_model.position_ids", DType.I64, 77, 1);
    add("cond_stage_model.text_projection", DType.F16, 32, 32);
    return write("sd");
  }

  private void add(String name, DType dtype, long... extents) {
    Shape shape = Shape.of(extents);
    byte[] bytes = new byte[(int) dtype.bytes(shape.elements())];
    new Random(name.hashCode()).nextBytes(bytes);
    for (int i = dtype.bits() / 8 - 1; i < bytes.length; i += Math.max(1, dtype.bits() / 8)) {
      bytes[i] = (byte) ((bytes[i] & 0x81) | 0x38); // no infinities
    }
    entries.add(new Entry(name, dtype, shape, MemorySegment.ofArray(bytes)));
  }

  private Path write(String name) {
    Path file = folder.resolve(name + ".safetensors");
    SafetensorsWriter.write(file, Map.of(), entries);
    return file;
  }

  private static SourceOptions options(Optional<String> architecture) {
    return SourceOptions.defaults().with(new Raw(architecture));
  }

  private GgufModel convert(
      Path file, String type, Optional<String> architecture, RecipeOptions types) {
    Path target = folder.resolve(type + ".gguf");
    try (ModelSource source = ModelSource.open(file, options(architecture))) {
      ConversionRequest request =
          new ConversionRequest(
              List.of(new Target(Recipe.named(type), target)), types, false, true);
      Conversion.run(Planner.plan(source, request), ConversionOptions.defaults());
    }
    return GgufModel.open(target);
  }

  private static void assertType(GgufModel model, String name, GgmlType type, long... extents) {
    TensorInfo info = model.tensor(name).orElseThrow().info();
    assertThat(info.type()).as(name).isEqualTo(type);
    assertThat(info.shape()).as(name).isEqualTo(Shape.of(extents));
  }
}
