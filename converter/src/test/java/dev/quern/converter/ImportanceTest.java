package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TypeOverride;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a conversion makes of importance that is missing, wrong or of no use.
final class ImportanceTest {
  private static final Path GOLDEN = Path.of("src/test/resources/importance");
  private static final String QUERY = "blk.0.attn_q.weight";
  private static final String EXPERTS = "blk.0.ffn_up_exps.weight";

  @TempDir private Path folder = Path.of("");

  private final Map<String, float[]> entries = new LinkedHashMap<>();
  private final Map<String, float[]> counts = new LinkedHashMap<>();

  @Test
  void namesMissingTensorsAndIdleExperts() throws IOException {
    put(EXPERTS, new float[] {5, 0, 3, 0}, new Random(1), 1024);
    ConversionPlan plan = plan("Q4_K_M", false, ImportanceRequest::all);
    assertThat(plan.warnings())
        .containsExactly(
            matrix() + ": has no importance for blk.0.attn_q.weight: quantized without",
            matrix()
                + ": nothing was measured for blk.0.ffn_up_exps.weight (experts 1, 3 of 4): every"
                + " column counts the same there");
  }

  @Test
  void refusesMissingTensorsAndIdleExpertsWhenStrict() throws IOException {
    put(EXPERTS, new float[] {5, 2, 3, 0}, new Random(1), 1024);
    assertThatThrownBy(() -> plan("Q4_K_M", true, ImportanceRequest::all))
        .isInstanceOf(ConversionException.class)
        .hasMessage(
            matrix()
                + ": has no importance for blk.0.attn_q.weight: quantized without (--strict)\n"
                + matrix()
                + ": nothing was measured for blk.0.ffn_up_exps.weight (expert 3 of 4): every"
                + " column counts the same there (--strict)");
  }

  @Test
  void doesNotMissWhatWasLeftOutOnPurpose() throws IOException {
    put(EXPERTS, new float[] {5, 2, 3, 1}, new Random(1), 1024);
    ConversionPlan plan =
        plan("Q4_K_M", true, all -> new ImportanceRequest(all, List.of(), List.of("attn"), 0));
    assertThat(plan.warnings()).isEmpty();
  }

  @Test
  void refusesTypesThatNeedWhatIsMissing() throws IOException {
    put(EXPERTS, new float[] {5, 2, 3, 1}, new Random(1), 1024);
    Path output = folder.resolve("out.gguf");
    assertThatThrownBy(() -> plan("IQ2_XS", false, ImportanceRequest::all))
        .isInstanceOf(ConversionException.class)
        .hasMessage(
            output
                + ": blk.0.attn_q.weight needs importance to be IQ2_XS, and "
                + matrix()
                + " has none for it");
    assertThatThrownBy(
            () ->
                plan(
                    "IQ2_XS",
                    false,
                    all -> new ImportanceRequest(all, List.of("attn"), List.of(), 0)))
        .hasMessageContaining("no entry is left by --include-weights or --exclude-weights");
  }

  @Test
  void refusesAnEmbeddingThatNoEncoderWritesWithoutImportance() throws IOException {
    put(EXPERTS, new float[] {5, 2, 3, 1}, new Random(1), 1024);
    RecipeOptions types = new RecipeOptions(List.of(), GgmlType.IQ1_S, null, false, false);
    assertThatThrownBy(() -> plan("Q4_K_M", types, false, ImportanceRequest::all))
        .hasMessageContaining("token_embd.weight needs importance to be IQ1_S");
  }

  @Test
  void refusesEntriesOfOtherLengths() throws IOException {
    put(QUERY, new float[] {1}, new Random(1), 128);
    put(EXPERTS, new float[] {1, 1}, new Random(1), 512);
    put("token_embd.weight", new float[] {1}, new Random(1), 7);
    assertThatThrownBy(() -> plan("Q8_0", false, ImportanceRequest::all))
        .isInstanceOf(ConversionException.class)
        .hasMessage(
            matrix()
                + ": blk.0.attn_q.weight has 128 values, wanted 256 for 256 x 4: it was made with"
                + " another model\n"
                + matrix()
                + ": blk.0.ffn_up_exps.weight has 512 values, wanted 1024 for 256 x 2 x 4: it was"
                + " made with another model");
  }

  @Test
  void refusesImportanceWhoseSumsWouldOverflow() throws IOException {
    float[] values = put(QUERY, new float[] {1}, new Random(1), 256);
    values[77] = 3e37f;
    put(EXPERTS, new float[] {1, 1, 1, 1}, new Random(1), 1024);
    for (String recipe : List.of("Q4_0", "IQ3_S", "Q6_K")) {
      assertThatThrownBy(() -> convert(recipe, 1, 0))
          .isInstanceOf(ConversionException.class)
          .hasMessageContaining("tensor blk.0.attn_q.weight: the importance of column 77 is 3.0E37")
          .hasMessageContaining("too large for row 0, whose weights go up to ")
          .hasMessageEndingWith("--exclude-weights does without importance");
    }
    assertThat(folder.resolve("out.gguf")).doesNotExist();
  }

  @Test
  void addsThePriorToEveryColumn() throws IOException {
    float[] values = put(QUERY, new float[] {2}, new Random(1), 256);
    put(EXPERTS, new float[] {1, 1, 1, 1}, new Random(1), 1024);
    Arrays.fill(values, 0, 200, 0);
    double sum = 0;
    for (float value : values) {
      sum += value / 2;
    }
    float[] expected = new float[256];
    for (int i = 0; i < 256; i++) {
      expected[i] = values[i] / 2 + (float) (0.5f * (sum / 256));
    }
    assertThat(bytes(convert("IQ4_NL", 1, 0.5f), QUERY)).isEqualTo(encoded(expected));
    Arrays.fill(values, 0);
    Arrays.fill(expected, 1);
    assertThat(bytes(convert("IQ4_NL", 1, 0.5f), QUERY)).isEqualTo(encoded(expected));
  }

  private byte[] encoded(float[] importance) throws IOException {
    MemorySegment out = MemorySegment.ofArray(new byte[(int) GgmlType.IQ4_NL.bytes(4 * 256)]);
    float[] x = new float[4 * 256];
    try (GgufFile file = GgufFile.open(model())) {
      MemorySegment weights = file.tensor(QUERY).orElseThrow().mapped().orElseThrow();
      MemorySegment.copy(weights, Le.FLOAT, 0, x, 0, x.length);
    }
    for (int row = 0; row < 4; row++) {
      BlockCodecs.of(GgmlType.IQ4_NL)
          .newScalarEncoder()
          .encode(x, 256 * row, 256, importance, 0, out, GgmlType.IQ4_NL.bytes(256L * row));
    }
    return out.toArray(Le.BYTE);
  }

  @Test
  void encodesRowsThatAreLongerThanAPart() throws IOException {
    int length = Conversion.PART + 512;
    TensorInfo info = new TensorInfo("blk.0.attn_q.weight", GgmlType.F32, Shape.of(length, 2));
    float[] x = random(new Random(3), 2 * length);
    Path source = write(folder.resolve("wide.gguf"), metadata(0), Map.of(info, x));
    put(QUERY, new float[] {1}, new Random(4), length);
    byte[] one = bytes(convert(source, "Q4_0", 1, 0), QUERY);
    MemorySegment wanted = MemorySegment.ofArray(new byte[one.length]);
    for (int row = 0; row < 2; row++) {
      BlockCodecs.of(GgmlType.Q4_0)
          .newEncoder()
          .encode(
              x,
              row * length,
              length,
              entry(QUERY),
              0,
              wanted,
              GgmlType.Q4_0.bytes((long) row * length));
    }
    assertThat(one).isEqualTo(wanted.toArray(Le.BYTE));
    assertThat(bytes(convert(source, "Q4_0", 4, 0), QUERY)).isEqualTo(one);
  }

  @Test
  void writesTheSameBytesWithAnyNumberOfThreads() throws IOException {
    byte[] before = new byte[0];
    for (int threads : new int[] {1, 2, 7}) {
      Path output = folder.resolve("threads-" + threads);
      try (ImportanceMatrix matrix = ImportanceMatrix.open(GOLDEN.resolve("imatrix.gguf"));
          ModelSource source =
              ModelSource.open(GOLDEN.resolve("model.gguf"), SourceOptions.defaults())) {
        Conversion.run(
            Planner.plan(
                source,
                new ConversionRequest(
                    List.of(new Target(Recipe.named("IQ3_S"), output)),
                    RecipeOptions.NONE,
                    false,
                    false,
                    GgufOptions.NONE,
                    ImportanceRequest.all(matrix))),
            new ConversionOptions(threads, false, false, (done, total) -> {}));
      }
      byte[] bytes = Files.readAllBytes(output);
      assertThat(threads == 1 ? bytes : before).isEqualTo(bytes);
      before = bytes;
    }
  }

  @Test
  void letsAnOverrideChooseATypeThatNeedsImportance() throws IOException {
    put(QUERY, new float[] {1}, new Random(1), 256);
    put(EXPERTS, new float[] {1, 1, 1, 1}, new Random(1), 1024);
    RecipeOptions types =
        new RecipeOptions(List.of(TypeOverride.parse("attn_q=IQ2_S")), null, null, false, false);
    ConversionPlan plan = plan("Q4_K_M", types, true, ImportanceRequest::all);
    assertThat(plan.outputs().getFirst().tensors())
        .anyMatch(tensor -> tensor.info().type() == GgmlType.IQ2_S);
  }

  /// How a test uses a matrix.
  private interface Use {
    ImportanceRequest of(ImportanceMatrix matrix);
  }

  private ConversionPlan plan(String recipe, boolean strict, Use use) throws IOException {
    return plan(recipe, RecipeOptions.NONE, strict, use);
  }

  private ConversionPlan plan(String recipe, RecipeOptions types, boolean strict, Use use)
      throws IOException {
    List<Target> targets = List.of(new Target(Recipe.named(recipe), folder.resolve("out.gguf")));
    try (ImportanceMatrix matrix = ImportanceMatrix.open(writeMatrix());
        ModelSource source = ModelSource.open(model(), SourceOptions.defaults())) {
      return Planner.plan(
          source,
          new ConversionRequest(targets, types, strict, true, GgufOptions.NONE, use.of(matrix)));
    }
  }

  private Path convert(String recipe, int threads, float prior) throws IOException {
    return convert(model(), recipe, threads, prior);
  }

  private Path convert(Path model, String recipe, int threads, float prior) throws IOException {
    Path output = folder.resolve("out.gguf");
    RecipeOptions pure = new RecipeOptions(List.of(), null, null, true, false);
    try (ImportanceMatrix matrix = ImportanceMatrix.open(writeMatrix());
        ModelSource source = ModelSource.open(model, SourceOptions.defaults())) {
      ConversionRequest request =
          new ConversionRequest(
              List.of(new Target(Recipe.named(recipe), output)),
              pure,
              false,
              true,
              GgufOptions.NONE,
              new ImportanceRequest(matrix, List.of(), List.of(), prior));
      Conversion.run(
          Planner.plan(source, request),
          new ConversionOptions(threads, false, false, (done, total) -> {}));
    }
    return output;
  }

  private static byte[] bytes(Path path, String tensor) {
    try (GgufFile file = GgufFile.open(path)) {
      return file.tensor(tensor).orElseThrow().mapped().orElseThrow().toArray(Le.BYTE);
    }
  }

  private Path matrix() {
    return folder.resolve("imatrix.gguf");
  }

  private float[] entry(String name) {
    return entries.getOrDefault(name, new float[0]);
  }

  /// Adds an entry of random sums, which may be changed until they are written.
  private float[] put(String tensor, float[] inputs, Random random, int size) {
    float[] sums = random(random, size);
    for (int i = 0; i < size; i++) {
      sums[i] = Math.abs(sums[i]);
    }
    entries.put(tensor, sums);
    counts.put(tensor, inputs);
    return sums;
  }

  private static float[] random(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Path writeMatrix() throws IOException {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.type", new Text("imatrix"));
    metadata.put("imatrix.datasets", MetadataValue.Array.ofTexts(List.of("text")));
    metadata.put("imatrix.chunk_count", new Uint32(1));
    metadata.put("imatrix.chunk_size", new Uint32(512));
    Map<TensorInfo, float[]> tensors = new LinkedHashMap<>();
    entries.forEach(
        (name, sums) -> {
          float[] inputs = counts.getOrDefault(name, new float[0]);
          Shape shape = Shape.of(sums.length / inputs.length, inputs.length);
          tensors.put(new TensorInfo(name + ".in_sum2", GgmlType.F32, shape), sums);
          tensors.put(
              new TensorInfo(name + ".counts", GgmlType.F32, Shape.of(1, inputs.length)), inputs);
        });
    return write(matrix(), metadata, tensors);
  }

  private Path model() throws IOException {
    Random random = new Random(2);
    Map<TensorInfo, float[]> tensors = new LinkedHashMap<>();
    for (TensorInfo info :
        List.of(
            new TensorInfo("token_embd.weight", GgmlType.F32, Shape.of(256, 4)),
            new TensorInfo(QUERY, GgmlType.F32, Shape.of(256, 4)),
            new TensorInfo(EXPERTS, GgmlType.F32, Shape.of(256, 2, 4)))) {
      tensors.put(info, random(random, (int) info.shape().elements()));
    }
    return write(folder.resolve("model.gguf"), metadata(4), tensors);
  }

  private static Map<String, MetadataValue> metadata(int experts) {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text("llama"));
    metadata.put("llama.block_count", new Uint32(1));
    metadata.put("llama.expert_count", new Uint32(experts));
    metadata.put("llama.attention.head_count", new Uint32(4));
    return metadata;
  }

  private static Path write(
      Path path, Map<String, MetadataValue> metadata, Map<TensorInfo, float[]> tensors)
      throws IOException {
    GgufLayout layout = GgufLayout.of(metadata, List.copyOf(tensors.keySet()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(layout.header().asByteBuffer().array());
    for (TensorInfo info : layout.tensors().stream().map(tensor -> tensor.info()).toList()) {
      float[] values = tensors.getOrDefault(info, new float[0]);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      out.writeBytes(bytes.array());
      out.writeBytes(new byte[Math.floorMod(-4 * values.length, layout.alignment())]);
    }
    return Files.write(path, out.toByteArray());
  }
}
