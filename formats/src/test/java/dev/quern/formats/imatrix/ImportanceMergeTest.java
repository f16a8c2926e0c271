package dev.quern.formats.imatrix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.imatrix.ImportanceFiles.Format;
import dev.quern.formats.imatrix.ImportanceStatistics.BlockStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Merged, converted and described matrices equal those of llama-imatrix. The files come from
/// `src/test/golden/make_importance.py`.
class ImportanceMergeTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dev/quern/formats/imatrix");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"a-a", "c-c", "a-b", "b-a-b", "a-c", "c-a", "c-a-c", "a-alone", "c-alone"})
  void writesTheBytesOfTheReference(String names) throws IOException {
    List<ImportanceMatrix> matrices = new ArrayList<>();
    for (String name : names.replace("-alone", "").split("-", -1)) {
      matrices.add(
          ImportanceMatrix.open(GOLDEN.resolve(name + (name.equals("c") ? ".dat" : ".gguf"))));
    }
    ImportanceMatrix merged = ImportanceMerge.of(matrices, ImportanceMerge.DEFAULT_CHUNK);
    for (Format format : Format.values()) {
      String file = names + "." + format.name().toLowerCase(Locale.ROOT);
      ImportanceFiles.write(merged, folder.resolve(file), format);
      assertThat(folder.resolve(file)).as(file).hasSameBinaryContentAs(GOLDEN.resolve(file));
    }
    matrices.forEach(ImportanceMatrix::close);
    assertThat(folder.toFile().list()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.gguf", "c.dat"})
  void saysWhatTheReferenceSays(String file) throws IOException {
    List<String> lines = Files.readAllLines(GOLDEN.resolve(file + ".stats"), UTF_8);
    int layers =
        lines.lastIndexOf(
            lines.stream().filter(l -> l.contains(" layers)")).findFirst().orElseThrow());
    try (ImportanceMatrix matrix = ImportanceMatrix.open(GOLDEN.resolve(file))) {
      ImportanceStatistics statistics =
          ImportanceStatistics.of(ImportanceMerge.of(List.of(matrix), 512));
      assertThat(statistics.tensors().stream().map(ImportanceMergeTest::row))
          .containsExactlyElementsOf(rows(lines.subList(0, layers), 2));
      List<String> blocks = rows(lines.subList(layers, lines.size()), 1);
      boolean distances = statistics.tensors().getFirst().hasActivations();
      assertThat(statistics.blocks().stream().map(block -> row(block, distances)))
          // the reference has a line for what is in no block
          .containsExactlyElementsOf(blocks.subList(0, blocks.size() - 1));
    }
  }

  /// The cells of the lines of a table, without the first `skipped`.
  private static List<String> rows(List<String> lines, int skipped) {
    return lines.stream()
        .filter(line -> line.contains("|") && !line.contains("Layer |"))
        .map(line -> line.replace("|", " ").replace("%", "").strip().split("\\s+", -1))
        .map(cells -> String.join(" ", List.of(cells).subList(skipped, cells.length)))
        .toList();
  }

  private static String row(TensorStatistics one) {
    String distance = one.hasActivations() ? four(one.distance()) + " " : "";
    return String.join(
            " ",
            four(one.mean()),
            four(one.deviation()),
            four(one.skewness()),
            four(one.kurtosis()),
            two(one.evenness()),
            four(one.energy()),
            two(one.gain()))
        + " "
        + distance
        + four(one.correlation())
        + " "
        + four(one.covariance());
  }

  private static String row(BlockStatistics one, boolean distances) {
    String distance = distances ? four(one.distance()) + " " : "";
    return "%s %s %s%s %s %s"
        .formatted(
            four(one.energy()),
            two(one.gain()),
            distance,
            four(one.cosine()),
            four(one.correlation()),
            four(one.covariance()));
  }

  private static String four(double value) {
    return Double.isNaN(value) ? "nan" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String two(double value) {
    return Double.isNaN(value) ? "nan" : String.format(Locale.ROOT, "%.2f", value);
  }

  @Test
  void computesTheImportanceOfColumns() {
    try (ImportanceMatrix matrix = ImportanceMatrix.open(GOLDEN.resolve("a.gguf"))) {
      ImportanceEntry entry = matrix.entry("blk.1.ffn_up_exps.weight").orElseThrow();
      assertThat(entry.matrices()).isEqualTo(3);
      assertThat(entry.columns()).isEqualTo(16);
      assertThat(entry.isIdle(1)).isTrue();
      float[] sum = new float[1];
      entry.sums(40, 1, sum);
      float[] importance = new float[17];
      entry.importance(31, 17, importance);
      assertThat(importance[0]).isEqualTo(1);
      assertThat(importance[9]).isEqualTo(sum[0] / entry.count(2));
      assertThat(matrix.origin().predictionLayers()).isEqualTo(1);
      assertThat(matrix.origin().datasets()).containsExactly("a.gguf.txt", "más.txt");
    }
  }

  @Test
  void refusesMatricesOfDifferentModels() throws IOException {
    Path other = folder.resolve("other.dat");
    Files.write(other, DatBytes.of("output.weight", 3, 1, 2, 3).trailer(1, "x").array());
    try (ImportanceMatrix a = ImportanceMatrix.open(GOLDEN.resolve("a.gguf"));
        ImportanceMatrix b = ImportanceMatrix.open(other)) {
      assertThatThrownBy(() -> ImportanceMerge.of(List.of(a, b), 512))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              other
                  + ": output.weight has 3 values, 24 in a file before it: they are not of one model");
    }
  }

  @Test
  void readsFilesThatEndAfterTheirEntries() throws IOException {
    Path file = folder.resolve("old.dat");
    Files.write(file, DatBytes.of("t", 2, 4, 6).array());
    try (ImportanceMatrix matrix = ImportanceMatrix.open(file)) {
      float[] importance = new float[2];
      matrix.entry("t").orElseThrow().importance(0, 2, importance);
      assertThat(importance).containsExactly(2, 3);
      assertThat(matrix.origin().chunkCount()).isZero();
      assertThat(matrix.origin().datasets()).isEmpty();
    }
  }
}
