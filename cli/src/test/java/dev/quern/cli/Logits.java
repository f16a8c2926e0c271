package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Le;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.nio.file.Path;

/// Compares files of logits.
final class Logits {
  private static final double BOUND = 2e-3;

  private Logits() {}

  /// Checks that no logit is further from the expected than 0.002 standard deviations of all.
  static void assertClose(Path file, Path expected) {
    try (SafetensorsFile got = SafetensorsFile.open(file);
        SafetensorsFile want = SafetensorsFile.open(expected)) {
      float[] logits = floats(got.tensor("logits").orElseThrow());
      float[] wanted = floats(want.tensor("logits").orElseThrow());
      assertThat(logits).hasSameSizeAs(wanted);
      double largest = 0;
      for (int i = 0; i < logits.length; i++) {
        double distance = Math.abs((double) logits[i] - wanted[i]);
        largest = distance <= largest ? largest : distance;
      }
      assertThat(largest).isLessThanOrEqualTo(BOUND * deviation(wanted));
    }
  }

  private static float[] floats(SourceTensor tensor) {
    return tensor.bytes().toArray(Le.FLOAT);
  }

  private static double deviation(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(squares / values.length - mean * mean);
  }
}
