package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TypeOverride;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConversionTest {
  private static final String GATE = "model.layers.0.mlp.gate_proj.weight";

  @TempDir private Path folder = Path.of("");

  @Test
  void refusesToMakeFiniteWeightsInfinite() throws IOException {
    TinyModel model = new TinyModel();
    model.weights(GATE)[70] = 65520;
    Path source = model.write(folder.resolve("m"));
    assertThatThrownBy(() -> convert(source, "F16", false))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining(
            "tensor " + GATE + ": weights up to 65520.0 would be infinite in F16; --clamp");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void keepsTheLargestWeightThatFits() throws IOException {
    TinyModel model = new TinyModel();
    model.weights(GATE)[70] = 65519.996f;
    convert(model.write(folder.resolve("m")), "F16", false);
    assertThat(value("F16", "blk.0.ffn_gate.weight", 70)).isEqualTo(65504);
  }

  @Test
  void clampsAndCountsWhenAsked() throws IOException {
    TinyModel model = new TinyModel();
    model.weights(GATE)[0] = -1e9f;
    model.weights(GATE)[95] = 70000;
    ConversionSummary summary = convert(model.write(folder.resolve("m")), "F16", true);
    assertThat(summary.clamped()).isEqualTo(2);
    assertThat(value("F16", "blk.0.ffn_gate.weight", 0)).isEqualTo(-65504);
    assertThat(value("F16", "blk.0.ffn_gate.weight", 95)).isEqualTo(65504);
  }

  @Test
  void countsWeightsThatBecomeZero() throws IOException {
    TinyModel model = new TinyModel();
    model.weights(GATE)[1] = 0x1p-25f;
    model.weights(GATE)[2] = -0x1p-30f;
    model.weights(GATE)[3] = 0;
    model.weights(GATE)[4] = Math.nextUp(0x1p-25f);
    ConversionSummary summary = convert(model.write(folder.resolve("m")), "F16", false);
    assertThat(summary.underflows()).isEqualTo(2);
    assertThat(value("F16", "blk.0.ffn_gate.weight", 4)).isEqualTo(0x1p-24f);
  }

  @Test
  void namesTheFirstWeightThatIsNoNumber() throws IOException {
    TinyModel model = new TinyModel();
    model.weights(GATE)[64 * 3 + 5] = Float.NaN;
    Path source = model.write(folder.resolve("m"));
    for (String type : List.of("F32", "BF16", "Q8_0")) {
      assertThatThrownBy(() -> convert(source, type, true))
          .isInstanceOf(ConversionException.class)
          .hasMessageContaining(
              "tensor " + GATE + ": weight is NaN at row 3, column 5 (of 64 x 96)");
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void refusesScalesThatHalvesCannotHold() throws IOException {
    TinyModel model = new TinyModel();
    model.weights(GATE)[0] = 1e30f;
    Path source = model.write(folder.resolve("m"));
    assertThatThrownBy(() -> convert(source, "Q8_0", false))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining(
            "tensor "
                + GATE
                + ": the block at row 0, column 0 has a scale that is not finite in Q8_0; leave");
  }

  @Test
  void saysWhatEveryTensorLost() throws IOException {
    TinyModel model = new TinyModel();
    ConversionSummary summary = convert(model.write(folder.resolve("m")), "Q8_0", false);
    WrittenOutput output = summary.outputs().getFirst();
    TensorError gate =
        output.errors().stream()
            .filter(one -> one.info().name().equals("blk.0.ffn_gate.weight"))
            .findFirst()
            .orElseThrow();
    assertThat(gate.sums().relative()).isCloseTo(relativeError(model.weights(GATE)), within(1e-7));
    assertThat(gate.sums().deadBlocks()).isZero();
    assertThat(output.worst(2)).hasSize(2).isSortedAccordingTo(byErrorDescending());
    assertThat(output.errors()).noneMatch(one -> one.info().type() == GgmlType.F32);
  }

  private static Comparator<TensorError> byErrorDescending() {
    return Comparator.comparingDouble((TensorError one) -> one.sums().relative()).reversed();
  }

  private double relativeError(float[] weights) {
    try (GgufFile written = GgufFile.open(file("Q8_0"))) {
      MemorySegment bytes =
          written.tensor("blk.0.ffn_gate.weight").orElseThrow().mapped().orElseThrow();
      float[] decoded = new float[weights.length];
      BlockCodecs.of(GgmlType.Q8_0).decode(bytes, 0, decoded, 0, decoded.length);
      double error = 0;
      double energy = 0;
      for (int i = 0; i < weights.length; i++) {
        error += Math.pow((double) weights[i] - decoded[i], 2);
        energy += Math.pow(weights[i], 2);
      }
      return Math.sqrt(error / energy);
    }
  }

  @Test
  void countsBlocksThatDie() throws IOException {
    TinyModel model = new TinyModel();
    Arrays.fill(model.weights(GATE), 64, 128, 0);
    Arrays.fill(model.weights(GATE), 192, 256, 1e-12f);
    ConversionSummary summary = convert(model.write(folder.resolve("m")), "Q8_0", false);
    List<TensorError> dead = summary.outputs().getFirst().withDeadBlocks();
    assertThat(dead).extracting(one -> one.info().name()).containsExactly("blk.0.ffn_gate.weight");
    assertThat(dead.getFirst().sums().deadBlocks()).isEqualTo(2);
  }

  @Test
  void refusesDeadBlocksWhenStrict() throws IOException {
    TinyModel model = new TinyModel();
    Arrays.fill(model.weights(GATE), 64 * 3 + 32, 64 * 4, 1e-12f);
    Path source = model.write(folder.resolve("m"));
    assertThatThrownBy(() -> convert(source, "Q8_0", true, true))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining(
            "tensor "
                + GATE
                + ": the block at row 3, column 32 is all zero in Q8_0 though its weights are not (--strict)");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void writesTheSameBytesWithAnyNumberOfThreads() throws IOException {
    Path source = Path.of("../examples/novella");
    byte[] one = bytes(source, 1);
    assertThat(bytes(source, 2)).isEqualTo(one);
    assertThat(bytes(source, 5)).isEqualTo(one);
  }

  @Test
  void readsGgufFilesOfEveryWideType() throws IOException {
    Path source = new TinyModel().write(folder.resolve("m"));
    convert(source, "F32", false);
    byte[] direct = convertTo(source, "Q8_0", folder.resolve("direct.gguf"));
    assertThat(convertTo(file("F32"), "Q8_0", folder.resolve("through.gguf"))).isEqualTo(direct);
  }

  @Test
  void refusesToQuantizeTwice() throws IOException {
    convert(new TinyModel().write(folder.resolve("m")), "Q8_0", false);
    assertThatThrownBy(() -> convertTo(file("Q8_0"), "Q4_0", folder.resolve("x.gguf")))
        .isInstanceOf(ConversionException.class)
        .hasMessage(
            file("Q8_0")
                + ": quantized already: token_embd.weight (Q8_0 to Q4_0), blk.0.attn_k.weight (Q8_0 to Q4_0), blk.0.attn_output.weight (Q8_0 to Q4_0) and 5 more; quantizing again loses twice: start from 16 or 32 bits, or allow it with --allow-requantize");
  }

  @Test
  void wantsForceToReplaceAFile() throws IOException {
    Path source = new TinyModel().write(folder.resolve("m"));
    convert(source, "F16", false);
    assertThatThrownBy(() -> convert(source, "F16", false))
        .isInstanceOf(ConversionException.class)
        .hasMessage(file("F16") + ": exists already; --force replaces it");
  }

  @Test
  void neverWritesOverItsSource() throws IOException {
    convert(new TinyModel().write(folder.resolve("m")), "F32", false);
    Path source = file("F32");
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      ConversionRequest request =
          new ConversionRequest(
              List.of(new Target(Recipe.named("F16"), source)), RecipeOptions.NONE, false, true);
      assertThatThrownBy(() -> Planner.plan(opened, request))
          .hasMessage(source + ": is the source itself; give the output another name");
    }
  }

  @Test
  void refusesTwoOutputsOfOneName() throws IOException {
    Path source = new TinyModel().write(folder.resolve("m"));
    Path same = folder.resolve("same.gguf");
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      List<Target> targets =
          List.of(new Target(Recipe.named("F16"), same), new Target(Recipe.named("F32"), same));
      ConversionRequest request = new ConversionRequest(targets, RecipeOptions.NONE, false, false);
      assertThatThrownBy(() -> Planner.plan(opened, request))
          .hasMessage(same + ": two outputs would have this name");
    }
  }

  @Test
  void takesFallbacksAndUnmatchedOverridesAsErrorsWhenStrict() throws IOException {
    Path source = new TinyModel().write(folder.resolve("m"));
    RecipeOptions types =
        new RecipeOptions(
            List.of(TypeOverride.parse("no_such_tensor=Q8_0")), null, null, false, false);
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      List<Target> targets = List.of(new Target(Recipe.named("Q4_K_M"), folder.resolve("q.gguf")));
      ConversionPlan lenient =
          Planner.plan(opened, new ConversionRequest(targets, types, false, false));
      assertThat(lenient.outputs().getFirst().fallbacks()).isNotEmpty();
      assertThat(lenient.outputs().getFirst().unmatched()).hasSize(1);
      assertThatThrownBy(
              () -> Planner.plan(opened, new ConversionRequest(targets, types, true, false)))
          .hasMessageContaining("(--strict)")
          .hasMessageContaining("no_such_tensor");
    }
  }

  @Test
  void refusesTypesThatNoEncoderWrites() {
    Path source = new TinyModel().write(folder.resolve("m"));
    RecipeOptions types =
        new RecipeOptions(List.of(TypeOverride.parse("attn_q=I32")), null, null, false, false);
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      ConversionRequest request =
          new ConversionRequest(
              List.of(new Target(Recipe.named("Q8_0"), file("x"))), types, false, false);
      assertThatThrownBy(() -> Planner.plan(opened, request))
          .isInstanceOf(ConversionException.class)
          .hasMessage(file("x") + ": blk.0.attn_q.weight: no encoder writes I32");
    }
  }

  /// The engine reads a source as it would read the BF16 file that the converter makes of it.
  @Test
  void offersTheSourceAsTheUnquantizedFileWouldBe() throws IOException {
    Path source = Path.of("src/test/resources/golden/tiny-llama");
    convert(source, "BF16", false);
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults());
        GgufFile written = GgufFile.open(file("BF16"));
        Arena arena = Arena.ofConfined()) {
      ModelView view = opened.view();
      assertThat(view.tensors()).isEqualTo(written.tensors());
      for (TensorInfo info : view.tensors()) {
        MemorySegment bytes = arena.allocate(info.bytes());
        TensorData tensor = view.tensor(info.name()).orElseThrow();
        tensor.read(0, info.shape().rows(), bytes);
        MemorySegment wanted = written.tensor(info.name()).orElseThrow().mapped().orElseThrow();
        assertThat(bytes.mismatch(wanted)).as(info.name()).isEqualTo(-1);
      }
      assertThat(view.tensor("token_embd.weight").orElseThrow().mapped()).isPresent();
      assertThat(view.tensor("blk.0.attn_q.weight").orElseThrow().mapped()).isEmpty();
    }
  }

  private ConversionSummary convert(Path source, String type, boolean clamp) {
    return convert(source, type, clamp, false);
  }

  private ConversionSummary convert(Path source, String type, boolean clamp, boolean strict) {
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      List<Target> targets = List.of(new Target(Recipe.named(type), file(type)));
      ConversionPlan plan =
          Planner.plan(opened, new ConversionRequest(targets, RecipeOptions.NONE, false, false));
      return Conversion.run(plan, new ConversionOptions(2, clamp, strict, (done, total) -> {}));
    }
  }

  private static byte[] convertTo(Path source, String type, Path target) throws IOException {
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      List<Target> targets = List.of(new Target(Recipe.named(type), target));
      ConversionPlan plan =
          Planner.plan(opened, new ConversionRequest(targets, RecipeOptions.NONE, false, false));
      Conversion.run(plan, ConversionOptions.defaults());
    }
    return Files.readAllBytes(target);
  }

  private byte[] bytes(Path source, int threads) throws IOException {
    Path target = folder.resolve("threads-" + threads + ".gguf");
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      List<Target> targets = List.of(new Target(Recipe.named("Q4_K_M"), target));
      ConversionPlan plan =
          Planner.plan(opened, new ConversionRequest(targets, RecipeOptions.NONE, false, false));
      Conversion.run(plan, new ConversionOptions(threads, false, false, (done, total) -> {}));
    }
    return Files.readAllBytes(target);
  }

  private Path file(String type) {
    return folder.resolve("out").resolve(type + ".gguf");
  }

  private List<Path> leftovers() throws IOException {
    Path out = folder.resolve("out");
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(out)) {
      return files.toList();
    }
  }

  private float value(String type, String tensor, long index) {
    try (GgufFile written = GgufFile.open(file(type))) {
      MemorySegment bytes = written.tensor(tensor).orElseThrow().mapped().orElseThrow();
      assertThat(written.tensor(tensor).orElseThrow().info().type()).isEqualTo(GgmlType.F16);
      return Float.float16ToFloat(bytes.get(Le.SHORT, 2 * index));
    }
  }
}
