package dev.quern.formats.safetensors;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a safetensors file.
class SafetensorsFuzzTest {
  private static final int BUDGET = 1 << 20;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.golden(
        "types.safetensors", "empty.safetensors", "metadata.safetensors", "scalar.safetensors");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.readOrRefused(() -> read(bytes));
  }

  private static void read(byte[] bytes) {
    MemorySegment file = MemorySegment.ofArray(bytes);
    try (SafetensorsFile open = SafetensorsFile.read(Path.of("m"), file, new HeapBudget(BUDGET))) {
      for (SourceTensor tensor : open.tensors()) {
        if (tensor.bytes().byteSize() != tensor.byteSize()) {
          throw new AssertionError(tensor);
        }
      }
    }
  }
}
