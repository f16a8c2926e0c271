package dev.quern.formats.flax;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as weights of Flax's or EasyLM's.
class FlaxFuzzTest {
  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.golden("flax/stream", "flax/tree.msgpack");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), "{\"num_attention_heads\": 4}");
    ModelConfig config = ModelConfig.read(file);
    FuzzSeeds.readOrRefused(() -> read(bytes, config));
  }

  private static void read(byte[] bytes, ModelConfig config) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    Checkpoint open = FlaxFile.read(Path.of("m"), segment, new HeapBudget(1 << 20));
    Checkpoint weights = FlaxLayout.of(open, config);
    for (SourceTensor tensor : weights.tensors()) {
      if (tensor.byteSize() < 1 << 16) {
        tensor.bytes();
      }
    }
  }
}
