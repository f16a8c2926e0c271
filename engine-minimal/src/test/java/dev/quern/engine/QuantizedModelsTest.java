package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.ModelView;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Models of every type against the same weights decoded to F32.
class QuantizedModelsTest {
  private static final int[] TOKENS = Runs.tokens(20, TestModel.VOCABULARY, 7);

  static Stream<GgmlType> types() {
    return BlockCodecs.all().stream().filter(BlockCodec::encodes).map(BlockCodec::type);
  }

  @ParameterizedTest
  @MethodSource("types")
  void exactModeEqualsTheDecodedModel(GgmlType type) {
    try (TestModel model = TestModel.random(type, 1);
        TestModel decoded = model.decoded()) {
      float[] expected = Runs.logits(decoded, EngineOptions.exact(1), TOKENS, 20);
      for (int step : new int[] {20, 9, 1}) {
        float[] logits = Runs.logits(model, EngineOptions.exact(2), TOKENS, step);
        assertThat(Runs.distance(logits, expected)).as("step %d", step).isLessThan(2e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void fastModeStaysNearTheDecodedModel(GgmlType type) {
    try (TestModel model = TestModel.random(type, 2);
        TestModel decoded = model.decoded()) {
      float[] expected = Runs.logits(decoded, EngineOptions.exact(1), TOKENS, 20);
      for (int step : new int[] {20, 2}) {
        float[] logits = Runs.logits(model, EngineOptions.fast(2), TOKENS, step);
        assertThat(Runs.distance(logits, expected)).as("step %d", step).isLessThan(0.25);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void tensorsThatAreNotMappedGiveTheSameBits(GgmlType type) {
    try (TestModel model = TestModel.random(type, 3);
        ModelView unmapped = model.readOnly()) {
      for (int step : new int[] {20, 1}) {
        assertThat(Runs.logits(unmapped, EngineOptions.exact(2), TOKENS, step))
            .isEqualTo(Runs.logits(model, EngineOptions.exact(2), TOKENS, step));
      }
    }
  }
}
