package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Le;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Models of `make-golden.py` against the logits of PyTorch.
class GoldenModelsTest {
  /// The promise is 2e-3 of the logits' deviation; float sums in another order stay far below.
  private static final double EXACT = 1e-4;

  @ParameterizedTest
  @CsvSource({
    "plain, 50",
    "plain, 7",
    "plain, 1",
    "biased, 50",
    "biased, 7",
    "biased, 1",
    "windowed, 50",
    "windowed, 7",
    "windowed, 1",
    "linear, 50",
    "linear, 1",
    "yarn, 50",
    "yarn, 1"
  })
  void logitsEqualPyTorchs(String name, int step) throws URISyntaxException {
    try (GgufFile file = GgufFile.open(resource(name + ".gguf"));
        SafetensorsFile golden = SafetensorsFile.open(resource(name + ".safetensors"))) {
      float[] logits = Runs.logits(file, EngineOptions.exact(2), tokens(golden), step);
      assertThat(Runs.distance(logits, expected(golden))).isLessThan(EXACT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "biased", "windowed", "linear", "yarn"})
  void halfPrecisionCacheStaysNear(String name) throws URISyntaxException {
    EngineOptions half = new EngineOptions(1, CacheType.F16, Activations.FLOAT, false);
    try (GgufFile file = GgufFile.open(resource(name + ".gguf"));
        SafetensorsFile golden = SafetensorsFile.open(resource(name + ".safetensors"))) {
      float[] logits = Runs.logits(file, half, tokens(golden), 9);
      assertThat(Runs.distance(logits, expected(golden))).isBetween(EXACT, 0.02);
    }
  }

  private static int[] tokens(SafetensorsFile golden) {
    SourceTensor ids = golden.tensor("input_ids").orElseThrow();
    int[] tokens = new int[(int) ids.shape().elements()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ids.bytes().get(Le.INT, 4L * i);
    }
    return tokens;
  }

  private static float[] expected(SafetensorsFile golden) {
    SourceTensor logits = golden.tensor("logits").orElseThrow();
    float[] values = new float[(int) logits.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = logits.bytes().get(Le.FLOAT, 4L * i);
    }
    return values;
  }

  private static Path resource(String name) throws URISyntaxException {
    URL url = Objects.requireNonNull(GoldenModelsTest.class.getResource(name), name);
    return Path.of(url.toURI());
  }
}
