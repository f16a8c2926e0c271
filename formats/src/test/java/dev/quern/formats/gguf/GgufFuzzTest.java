package dev.quern.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a GGUF.
class GgufFuzzTest {
  private static final int BUDGET = 1 << 20;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.golden("values.gguf", "tensors.gguf", "tensors-aligned-64.gguf");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.readOrRefused(() -> read(bytes));
  }

  private static void read(byte[] bytes) {
    MemorySegment file = MemorySegment.ofArray(bytes);
    try (GgufFile gguf = GgufFile.read(Path.of("m.gguf"), file, new HeapBudget(BUDGET))) {
      for (TensorInfo info : gguf.tensors()) {
        assertThat(gguf.tensor(info.name())).isPresent();
      }
      gguf.metadata().values().forEach(value -> assertThat(value.display()).isNotNull());
    }
  }
}
