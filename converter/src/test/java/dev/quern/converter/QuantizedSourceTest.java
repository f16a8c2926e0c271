package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TypeOverride;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A checkpoint whose projections are MXFP4, and the same with its weights decoded.
final class QuantizedSourceTest {
  private static final Path MODEL = Path.of("src/test/resources/golden/tiny-llama");

  @TempDir private Path scratch = Path.of("");

  private Path packed = Path.of("");
  private Path plain = Path.of("");

  @BeforeEach
  void writeModels() throws IOException {
    packed = Files.createDirectories(scratch.resolve("packed/model"));
    plain = Files.createDirectories(scratch.resolve("plain/model"));
    for (Path folder : List.of(packed, plain)) {
      for (String file : List.of("tokenizer.model", "tokenizer_config.json", "config.json")) {
        Files.copy(MODEL.resolve(file), folder.resolve(file));
      }
    }
    String config = Files.readString(MODEL.resolve("config.json"));
    Files.writeString(
        packed.resolve("config.json"),
        config.replaceFirst(
            "\\{",
            "{\"quantization_config\": {\"quant_method\": \"compressed-tensors\", \"format\":"
                + " \"mxfp4-pack-quantized\"},"));
    writePacked();
    try (Checkpoint weights =
        QuantizedCheckpoint.of(
            ModelConfig.read(packed.resolve("config.json")),
            SafetensorsFile.open(packed.resolve("model.safetensors")))) {
      List<Entry> entries = weights.tensors().stream().map(QuantizedSourceTest::entry).toList();
      SafetensorsWriter.write(plain.resolve("model.safetensors"), Map.of(), entries);
    }
  }

  private static Entry entry(SourceTensor one) {
    return new Entry(one.name(), one.dtype(), one.shape(), one.bytes());
  }

  private void writePacked() {
    Random random = new Random(3);
    List<Entry> entries = new ArrayList<>();
    try (Checkpoint model = SafetensorsFile.open(MODEL.resolve("model.safetensors"))) {
      for (SourceTensor one : model.tensors()) {
        if (!one.name().contains("_proj.")) {
          entries.add(entry(one));
          continue;
        }
        long length = one.shape().rowLength();
        long rows = one.shape().rows();
        byte[] codes = new byte[(int) (length * rows / 2)];
        random.nextBytes(codes);
        byte[] powers = new byte[(int) (length * rows / 32)];
        for (int i = 0; i < powers.length; i++) {
          powers[i] = (byte) (118 + random.nextInt(6));
        }
        entries.add(bytes(one.name() + "_packed", Shape.of(length / 2, rows), codes));
        entries.add(bytes(one.name() + "_scale", Shape.of(length / 32, rows), powers));
      }
      SafetensorsWriter.write(packed.resolve("model.safetensors"), Map.of(), entries);
    }
  }

  private static Entry bytes(String name, Shape shape, byte[] bytes) {
    return new Entry(name, DType.U8, shape, MemorySegment.ofArray(bytes));
  }

  private Path convert(Path source, String type, RecipeOptions types, String name) {
    Path target = scratch.resolve(name + "-" + type + ".gguf");
    try (ModelSource model = ModelSource.open(source, SourceOptions.defaults())) {
      ConversionPlan plan =
          Planner.plan(
              model,
              new ConversionRequest(
                  List.of(new Target(Recipe.named(type), target)), types, false, true));
      Conversion.run(plan, new ConversionOptions(2, false, false, (_, _) -> {}));
    }
    return target;
  }

  @Test
  void becomesTheSameFileAsItsDecodedWeights() throws IOException {
    for (String type : List.of("BF16", "Q8_0", "Q4_0")) {
      Path got = convert(packed, type, RecipeOptions.NONE, "packed");
      Path want = convert(plain, type, RecipeOptions.NONE, "plain");
      assertThat(Files.readAllBytes(got)).as(type).isEqualTo(Files.readAllBytes(want));
    }
  }

  @Test
  void repacksWithoutLossWhatIsWantedAsItIsStored() {
    RecipeOptions types =
        new RecipeOptions(List.of(TypeOverride.parse("blk=MXFP4")), null, null, false, false);
    Path got = convert(packed, "Q8_0", types, "repacked");
    try (GgufFile file = GgufFile.open(got);
        Checkpoint weights = SafetensorsFile.open(plain.resolve("model.safetensors"))) {
      Map<String, String> names = Map.of("attn_v", "self_attn.v_proj", "ffn_down", "mlp.down_proj");
      for (Map.Entry<String, String> name : names.entrySet()) {
        SourceTensor source =
            weights.tensor("model.layers.1." + name.getValue() + ".weight").orElseThrow();
        MemorySegment stored =
            file.tensor("blk.1." + name.getKey() + ".weight").orElseThrow().mapped().orElseThrow();
        int count = (int) source.shape().elements();
        float[] decoded = new float[count];
        float[] wanted = new float[count];
        BlockCodecs.of(GgmlType.MXFP4).decode(stored, 0, decoded, 0, count);
        BlockCodecs.of(GgmlType.BF16).decode(source.bytes(), 0, wanted, 0, count);
        for (int i = 0; i < count; i++) {
          wanted[i] += 0f; // the codec decodes the code of -0 to 0
        }
        assertThat(decoded).isEqualTo(wanted);
      }
    }
  }

  @Test
  void saysWhatBecomesOfEachTensor() {
    RecipeOptions types =
        new RecipeOptions(List.of(TypeOverride.parse("attn_v=MXFP4")), null, null, false, false);
    try (ModelSource model = ModelSource.open(packed, SourceOptions.defaults())) {
      ConversionPlan plan =
          Planner.plan(
              model,
              new ConversionRequest(
                  List.of(new Target(Recipe.named("Q8_0"), scratch.resolve("m.gguf"))),
                  types,
                  false,
                  true));
      List<String> lines =
          plan.outputs().getFirst().tensors().stream()
              .map(one -> one.info().name() + ": " + plan.provenance(one).orElse("as it is"))
              .toList();
      assertThat(lines)
          .contains(
              "blk.0.attn_v.weight: repacked from compressed-tensors MXFP4, groups of 32",
              "blk.0.attn_q.weight: decoded from compressed-tensors MXFP4, groups of 32",
              "output.weight: as it is");
      assertThat(model.warnings()).anyMatch(line -> line.contains("14 tensors are quantized"));
    }
  }
}
