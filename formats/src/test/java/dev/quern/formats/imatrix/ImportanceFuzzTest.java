package dev.quern.formats.imatrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as an importance matrix of either format.
class ImportanceFuzzTest {
  @TempDir private static Path folder;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.beside(
        ImportanceFuzzTest.class, "a-alone.dat", "a.gguf", "c.dat", "c-alone.gguf");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    Path file = FuzzSeeds.write(folder.resolve("m"), bytes);
    FuzzSeeds.readOrRefused(() -> read(file));
  }

  private static void read(Path file) {
    try (ImportanceMatrix matrix = ImportanceMatrix.open(file)) {
      assertThat(matrix.entries()).doesNotContainNull();
    }
  }
}
