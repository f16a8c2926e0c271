package dev.quern.formats.tokenfiles;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as tiktoken's ranks.
class TiktokenFuzzTest {
  private static final int BUDGET = 1 << 20;

  static Stream<byte[]> seeds() {
    return Stream.of("IQ== 0\nIg== 1\nIGE= 2\n".getBytes(StandardCharsets.US_ASCII));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.readOrRefused(() -> read(bytes));
  }

  private static void read(byte[] bytes) {
    TiktokenRanks.read(Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(BUDGET));
  }
}
