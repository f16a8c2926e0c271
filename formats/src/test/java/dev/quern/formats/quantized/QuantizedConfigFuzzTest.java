package dev.quern.formats.quantized;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.huggingface.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as the configuration of checkpoints of every method.
class QuantizedConfigFuzzTest {
  private static final List<String> NAMES =
      List.of(
          "fp8",
          "compressed-bytes",
          "compressed-packed",
          "compressed-nvfp4",
          "modelopt",
          "mxfp4",
          "gptq",
          "awq",
          "bitsandbytes-4",
          "hqq");

  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    return NAMES.stream().flatMap(name -> FuzzSeeds.golden("quantized/" + name + ".json"));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isDecodedOrRefused(byte[] bytes) {
    Path file = FuzzSeeds.write(folder.resolve("config.json"), bytes);
    FuzzSeeds.readOrRefused(
        () -> {
          ModelConfig config = ModelConfig.read(file);
          for (String name : NAMES) {
            Path weights = weights(name);
            FuzzSeeds.readOrRefused(() -> QuantizedFuzzTest.decode(config, weights));
          }
        });
  }

  private static Path weights(String name) {
    Path weights = folder.resolve(name + ".safetensors");
    if (!weights.toFile().exists()) {
      FuzzSeeds.golden("quantized/" + name + ".safetensors")
          .forEach(bytes -> FuzzSeeds.write(weights, bytes));
    }
    return weights;
  }
}
