package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Models of every type that can be written without importance against the same weights decoded to
/// F32. The others take the same way as those without a kernel of their own.
class QuantizedModelsTest {
  private static final int[] TOKENS = Runs.tokens(20, TestModel.VOCABULARY, 7);

  static Stream<GgmlType> types() {
    return BlockCodecs.all().stream()
        .filter(codec -> codec.encodes() && !codec.needsImportance())
        .map(BlockCodec::type);
  }

  @ParameterizedTest
  @MethodSource("types")
  void exactModeEqualsTheDecodedModel(GgmlType type) {
    try (TestModel model = TestModel.random(type, 1);
        TestModel decoded = model.decoded()) {
      float[] expected = Runs.logits(decoded, EngineOptions.exact(1), TOKENS, 20);
      for (int step : new int[] {20, 1}) {
        float[] logits = Runs.logits(model, EngineOptions.exact(2), TOKENS, step);
        assertThat(Runs.distance(logits, expected)).as("step %d", step).isLessThan(2e-4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"F16", "BF16", "Q8_0", "Q4_0", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"})
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
  @EnumSource(names = {"F32", "F16", "BF16", "Q2_K", "Q4_K"})
  void tensorsThatAreNotMappedGiveTheSameBits(GgmlType type) {
    try (TestModel model = TestModel.random(type, 3);
        ModelView unmapped = model.readOnly()) {
      for (int step : new int[] {20, 1}) {
        assertThat(Runs.logits(unmapped, EngineOptions.exact(2), TOKENS, step))
            .isEqualTo(Runs.logits(model, EngineOptions.exact(2), TOKENS, step));
      }
    }
  }

  @Test
  void productsAreMultipliedWithTheScaleOfTheirMatrix() {
    try (TestModel model = TestModel.random(GgmlType.NVFP4, 4)) {
      float scale = 0.5f;
      for (TensorInfo info : model.tensors()) {
        if (info.shape().rank() == 2) {
          scale += 0.1f;
          model.scale(info.name().replaceFirst("weight$", "scale"), scale);
          model.scale(info.name().replaceFirst("weight$", "input_scale"), 3);
        }
      }
      try (TestModel decoded = model.decoded()) {
        float[] expected = Runs.logits(decoded, EngineOptions.exact(1), TOKENS, 20);
        for (int step : new int[] {20, 1}) {
          float[] logits = Runs.logits(model, EngineOptions.exact(2), TOKENS, step);
          assertThat(Runs.distance(logits, expected)).as("step %d", step).isLessThan(2e-4);
        }
      }
    }
  }
}
