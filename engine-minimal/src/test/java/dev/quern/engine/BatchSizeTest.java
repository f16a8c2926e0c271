package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSizeTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "32, 5632, 512",
    "32, 11008, 512",
    "32, 28672, 256",
    "8, 5632, 320",
    "8, 11008, 128",
    "1, 5632, 64",
    "0, 5632, 64",
    "1024, 64, 512"
  })
  void theInputsOfABatchFitInTheCache(long mebibytes, int width, int tokens) {
    assertThat(BatchSize.of(mebibytes * MIB, width)).isEqualTo(tokens);
  }

  @Test
  void sizesAreWholeGroupsOfLanesWithinTheirBounds() {
    for (long bytes = 1; bytes < 1L << 40; bytes = bytes * 3 + 7) {
      for (int width = 1; width > 0 && width < 1 << 30; width *= 5) {
        assertThat(BatchSize.of(bytes, width)).isBetween(64, 512).matches(n -> n % 64 == 0);
      }
    }
    assertThat(BatchSize.of(Long.MAX_VALUE, 1)).isEqualTo(512);
  }

  @Test
  void theLargestCacheForDataCounts() throws IOException {
    describe("index0", "Data", "48K");
    describe("index1", "Unified", "2M");
    describe("index2", "Unified", "1536K");
    describe("index3", "Instruction", "1G");
    assertThat(BatchSize.largestCache(folder)).isEqualTo(2 * MIB);
  }

  @Test
  void whereNothingIsToldAUsualCacheIsTaken() throws IOException {
    assertThat(BatchSize.largestCache(folder)).isEqualTo(BatchSize.USUAL_CACHE);
    assertThat(BatchSize.largestCache(folder.resolve("none"))).isEqualTo(BatchSize.USUAL_CACHE);
    describe("index0", "Unified", "much");
    assertThat(BatchSize.largestCache(folder)).isEqualTo(BatchSize.USUAL_CACHE);
    Files.delete(folder.resolve("index0").resolve("size"));
    assertThat(BatchSize.largestCache(folder)).isEqualTo(BatchSize.USUAL_CACHE);
  }

  private void describe(String cache, String type, String size) throws IOException {
    Path index = Files.createDirectory(folder.resolve(cache));
    Files.writeString(index.resolve("type"), type + "\n");
    Files.writeString(index.resolve("size"), size + "\n");
  }
}
