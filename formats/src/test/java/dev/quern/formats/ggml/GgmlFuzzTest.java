package dev.quern.formats.ggml;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a model from before GGUF, and as the second of its parts.
class GgmlFuzzTest {
  private static final int LARGEST = 1 << 16;

  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.golden(
        "legacy/ggml.bin",
        "legacy/ggmf-parts.bin",
        "legacy/ggjt-1.bin",
        "legacy/ggjt-2.bin",
        "legacy/ggjt-3.bin");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    Path file = FuzzSeeds.write(folder.resolve("m.bin"), bytes);
    FuzzSeeds.write(folder.resolve("m.bin.1"), bytes);
    FuzzSeeds.readOrRefused(() -> read(file));
  }

  private static void read(Path file) {
    if (!GgmlFile.isOne(file)) {
      return;
    }
    try (ModelView model = GgmlFile.open(file)) {
      for (TensorInfo info : model.tensors()) {
        if (info.bytes() < LARGEST) {
          TensorData tensor = model.tensor(info.name()).orElseThrow();
          byte[] rows = new byte[(int) info.bytes()];
          tensor.read(0, info.shape().rows(), MemorySegment.ofArray(rows));
        }
      }
    }
  }
}
