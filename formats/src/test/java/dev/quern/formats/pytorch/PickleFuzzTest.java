package dev.quern.formats.pytorch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a pickle.
class PickleFuzzTest {
  private static final int BUDGET = 1 << 20;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.golden(
        "pytorch/plain-0.pickle",
        "pytorch/plain-1.pickle",
        "pytorch/plain-2.pickle",
        "pytorch/plain-3.pickle",
        "pytorch/plain-4.pickle",
        "pytorch/plain-5.pickle");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.readOrRefused(() -> read(bytes));
  }

  private static void read(byte[] bytes) {
    PickleMachine.run(
        new PickleInput(Path.of("m"), MemorySegment.ofArray(bytes), 0, ""),
        new HeapBudget(BUDGET),
        PickleMachine.PersistentIds.NONE);
  }
}
