package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.Le;
import dev.quern.formats.TensorData;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.imatrix.ImportanceEntry;
import dev.quern.formats.imatrix.ImportanceFiles;
import dev.quern.formats.imatrix.ImportanceFiles.Format;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceSums;
import dev.quern.formats.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A tiny model over a text, held against what llama-imatrix says of it; see
/// `src/test/golden/make_golden.py`.
class CalibrationTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final int CONTEXT = 128;
  private static final int CHUNKS = 9;
  private static ImportanceSums sums = new ImportanceSums();

  @TempDir Path folder;

  @BeforeAll
  static void calibrate() {
    sums = calibrate(true);
  }

  private static ImportanceSums calibrate(boolean withOutput) {
    EvaluationText text = EvaluationText.read(FOLDER.resolve("text.txt"));
    try (GgufFile file = GgufFile.open(FOLDER.resolve("base.gguf"));
        LanguageModel model = LanguageModel.load(file, EngineOptions.exact(2))) {
      TokenizedText tokens =
          TokenizedText.of(text, Tokenizers.fromMetadata("base", file.metadata()));
      return new Calibration(model, withOutput, Progress.none())
          .read(tokens.chunks(CONTEXT, CHUNKS));
    }
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void importanceEqualsThatOfLlamaImatrix(Format format) {
    String name = format == Format.GGUF ? "imatrix.gguf" : "imatrix.dat";
    Path file = folder.resolve(name);
    ImportanceFiles.write(sums.matrix(file, List.of("text.txt"), CONTEXT), file, format);
    try (ImportanceMatrix actual = ImportanceMatrix.open(file);
        ImportanceMatrix expected = ImportanceMatrix.open(FOLDER.resolve(name))) {
      assertThat(actual.origin()).isEqualTo(expected.origin());
      assertThat(names(actual)).isEqualTo(names(expected)).contains("token_embd.weight");
      for (ImportanceEntry entry : expected.entries()) {
        same(actual.entry(entry.name()).orElseThrow(), entry);
      }
    }
  }

  private static void same(ImportanceEntry actual, ImportanceEntry expected) {
    assertThat(actual.matrices()).isEqualTo(expected.matrices());
    assertThat(actual.count(0)).isEqualTo(expected.count(0));
    float[] own = importance(actual);
    float[] other = importance(expected);
    for (int i = 0; i < other.length; i++) {
      assertThat(own[i])
          .as("%s[%d]", expected.name(), i)
          .isCloseTo(other[i], within(2e-5f * other[i]));
    }
  }

  @Test
  void sumsAndStatisticsEqualThoseOfLlamaImatrix() {
    Path path = folder.resolve("imatrix.gguf");
    ImportanceFiles.write(sums.matrix(path, List.of("text.txt"), CONTEXT), path, Format.GGUF);
    try (GgufFile actual = GgufFile.open(path);
        GgufFile expected = GgufFile.open(FOLDER.resolve("imatrix.gguf"))) {
      assertThat(actual.metadata()).isEqualTo(expected.metadata());
      assertThat(actual.tensors()).isEqualTo(expected.tensors());
      actual.tensors().stream()
          .filter(info -> info.name().endsWith(".stats"))
          .forEach(
              info ->
                  close(info.name(), floats(actual, info.name()), floats(expected, info.name())));
      actual.tensors().stream()
          .filter(info -> info.name().endsWith(".in_sum"))
          .forEach(info -> sameSums(actual, expected, info.name()));
    }
  }

  private static void close(String name, float[] own, float[] other) {
    for (int i = 0; i < other.length; i++) {
      if (Float.isNaN(other[i])) {
        assertThat(own[i]).as("%s[%d]", name, i).isNaN();
      } else {
        double tolerance = 2e-4 * Math.abs(other[i]) + 1e-5;
        assertThat((double) own[i]).as("%s[%d]", name, i).isCloseTo(other[i], within(tolerance));
      }
    }
  }

  private static void sameSums(GgufFile actual, GgufFile expected, String name) {
    float[] own = floats(actual, name);
    float[] other = floats(expected, name);
    float[] squares = floats(expected, name.replace(".in_sum", ".in_sum2"));
    for (int i = 0; i < other.length; i++) {
      double scale = Math.sqrt((double) CHUNKS * CONTEXT * squares[i]);
      assertThat((double) own[i]).as("%s[%d]", name, i).isCloseTo(other[i], within(1e-5 * scale));
    }
  }

  @Test
  void outputIsLeftOutUnlessWanted() {
    List<String> names = names(calibrate(false).matrix(Path.of("x"), List.of(), CONTEXT));
    assertThat(names).hasSize(14).allMatch(name -> name.startsWith("blk."));
  }

  private static List<String> names(ImportanceMatrix matrix) {
    return matrix.entries().stream().map(ImportanceEntry::name).toList();
  }

  private static float[] importance(ImportanceEntry entry) {
    float[] values = new float[entry.size()];
    entry.importance(0, values.length, values);
    return values;
  }

  private static float[] floats(GgufFile file, String name) {
    TensorData data = file.tensor(name).orElseThrow();
    return data.mapped().orElseThrow().toArray(Le.FLOAT);
  }
}
