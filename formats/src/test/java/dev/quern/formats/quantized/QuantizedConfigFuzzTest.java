package dev.quern.formats.quantized;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as the configuration of checkpoints of every method.
class QuantizedConfigFuzzTest {
  @TempDir static Path folder;

  static Stream<byte[]> seeds() throws IOException {
    return QuantizedGoldens.names().stream()
        .flatMap(name -> FuzzSeeds.golden("quantized/" + name + ".json"));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isDecodedOrRefused(byte[] bytes) throws IOException {
    Path file = FuzzSeeds.write(folder.resolve("config.json"), bytes);
    List<String> names = QuantizedGoldens.names();
    FuzzSeeds.readOrRefused(
        () -> {
          ModelConfig config = ModelConfig.read(file);
          for (String name : names) {
            Path weights = QuantizedGoldens.weights(name);
            FuzzSeeds.readOrRefused(() -> QuantizedFuzzTest.decode(config, weights));
          }
        });
  }
}
