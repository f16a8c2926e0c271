package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Le;
import dev.quern.formats.Metadata;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.architecture.RunnableFamilies;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Models of `make-families.py`, at least one of each family, against the logits of PyTorch.
class FamilyGoldensTest {
  /// The promise is 2e-3 of the logits' deviation; float sums in another order stay far below.
  private static final double EXACT = 1e-4;

  static List<String> names() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".gguf"))
          .map(name -> name.replace(".gguf", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void logitsEqualPyTorchs(String name) throws URISyntaxException {
    try (GgufFile file = GgufFile.open(folder().resolve(name + ".gguf"));
        SafetensorsFile golden = SafetensorsFile.open(folder().resolve(name + ".safetensors"))) {
      float[] expected = expected(golden);
      for (int step : new int[] {1, 5, 24}) {
        float[] logits = Runs.logits(file, EngineOptions.exact(1), tokens(golden), step);
        float[] last = Arrays.copyOfRange(logits, logits.length - expected.length, logits.length);
        assertThat(Runs.distance(last, expected)).as("step %d", step).isLessThan(EXACT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void fastModeStaysNear(String name) throws URISyntaxException {
    try (GgufFile file = GgufFile.open(folder().resolve(name + ".gguf"));
        SafetensorsFile golden = SafetensorsFile.open(folder().resolve(name + ".safetensors"))) {
      float[] expected = expected(golden);
      float[] logits = Runs.logits(file, EngineOptions.fast(1), tokens(golden), 7);
      float[] last = Arrays.copyOfRange(logits, logits.length - expected.length, logits.length);
      assertThat(Runs.distance(last, expected)).isBetween(0.0, 0.1);
    }
  }

  @Test
  void everyFamilyThatRunsHasAGolden() throws IOException, URISyntaxException {
    TreeSet<String> proven = new TreeSet<>();
    for (String name : names()) {
      try (GgufFile file = GgufFile.open(folder().resolve(name + ".gguf"))) {
        proven.add(Metadata.of(file).text("general.architecture"));
      }
    }
    assertThat(proven).containsAll(RunnableFamilies.ids());
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

  private static Path folder() throws URISyntaxException {
    URL url = Objects.requireNonNull(FamilyGoldensTest.class.getResource("family"), "family");
    return Path.of(url.toURI());
  }
}
