package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.engine.kernel.Lanes;
import dev.quern.formats.GgmlType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes into a cache comes out again, but for its rounding.
class KeyValueCacheTest {
  private static final int POSITIONS = 130;

  @ParameterizedTest
  @CsvSource({
    "F32, 64, 64",
    "F16, 64, 64",
    "Q8_0, 64, 64",
    "F32, 24, 40",
    "F16, 24, 40",
    "Q8_0, 24, 40",
    "F16, 5, 3",
    "Q8_0, 5, 3",
    "Q8_0, 33, 65"
  })
  void keepsKeysAndValues(CacheType type, int keyLength, int valueLength) {
    int heads = 3;
    CacheShape shape = new CacheShape(heads, keyLength, valueLength, Lanes.ceil(valueLength));
    KeyValueCache cache = cache(type, shape);
    cache.reserve(POSITIONS);
    float[][] keys = random(heads * keyLength, 1);
    float[][] values = random(heads * valueLength, 2);
    for (int layer = 0; layer < 2; layer++) {
      for (int p = 0; p < POSITIONS; p++) {
        int row = layer * POSITIONS + p;
        cache.store(layer, p, keys[row], 2, values[row], 1);
      }
    }
    for (int layer = 0; layer < 2; layer++) {
      for (int p = 0; p < POSITIONS; p++) {
        int row = layer * POSITIONS + p;
        for (int head = 0; head < heads; head++) {
          check(type, key(cache, shape, layer, head, p), keys[row], 2 + head * keyLength);
          check(type, value(cache, shape, layer, head, p), values[row], 1 + head * valueLength);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F16, 0.02", "Q8_0, 0.15"})
  void roundedCachesGiveNearlyTheSameLogits(CacheType type, double tolerance) {
    int[] tokens = Runs.tokens(100, TestModel.VOCABULARY, 3);
    EngineOptions exact = EngineOptions.exact(2);
    try (TestModel view = TestModel.random(GgmlType.F32, 4)) {
      float[] expected = Runs.logits(view, exact, tokens, 100);
      for (int step : new int[] {100, 7, 1}) {
        float[] logits = Runs.logits(view, exact.withCache(type), tokens, step);
        assertThat(Runs.distance(logits, expected)).isLessThan(tolerance).isPositive();
      }
    }
  }

  @Test
  void aScaleOfNothingIsNothing() {
    KeyValueCache cache = cache(CacheType.Q8_0, new CacheShape(1, 32, 32, 32));
    cache.reserve(1);
    cache.store(0, 0, new float[32], 0, new float[32], 0);
    assertThat(cache.keys(0, 0, 0, new float[32 * KeyValueCache.BLOCK])).containsOnly(0);
    assertThat(cache.values(0, 0, 0, new float[32 * KeyValueCache.BLOCK])).containsOnly(0);
  }

  private static KeyValueCache cache(CacheType type, CacheShape shape) {
    return switch (type) {
      case F32 -> new FloatCache(shape, 2, POSITIONS);
      case F16 -> new HalfCache(shape, 2, POSITIONS);
      case Q8_0 -> new Q8_0Cache(shape, 2, POSITIONS);
    };
  }

  private static float[][] random(int length, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[2 * POSITIONS][length + 2];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[] key(
      KeyValueCache cache, CacheShape shape, int layer, int head, int position) {
    int block = position / KeyValueCache.BLOCK;
    float[] scratch = new float[shape.keyLength() * KeyValueCache.BLOCK];
    float[] keys = cache.keys(layer, head, block, scratch);
    float[] key = new float[shape.keyLength()];
    for (int i = 0; i < key.length; i++) {
      int lane = position % KeyValueCache.BLOCK;
      key[i] = keys[cache.keysAt(head) + i * KeyValueCache.BLOCK + lane];
    }
    return key;
  }

  private static float[] value(
      KeyValueCache cache, CacheShape shape, int layer, int head, int position) {
    int block = position / KeyValueCache.BLOCK;
    float[] scratch = new float[shape.valueStride() * KeyValueCache.BLOCK];
    float[] values = cache.values(layer, head, block, scratch);
    float[] value = new float[shape.valueLength()];
    int at = cache.valuesAt(head) + position % KeyValueCache.BLOCK * shape.valueStride();
    System.arraycopy(values, at, value, 0, value.length);
    return value;
  }

  private static void check(CacheType type, float[] actual, float[] expected, int at) {
    for (int i = 0; i < actual.length; i++) {
      float x = expected[at + i];
      double tolerance =
          switch (type) {
            case F32 -> 0;
            case F16 -> 0x1p-11 * Math.abs(x) + 1e-7;
            case Q8_0 -> 0.57 * peak(expected, at + i / 32 * 32, at + actual.length) / 127;
          };
      assertThat((double) actual[i]).isCloseTo(x, within(tolerance));
    }
  }

  private static double peak(float[] x, int from, int end) {
    double peak = 0;
    for (int i = from; i < Math.min(from + 32, end); i++) {
      peak = Math.max(peak, Math.abs(x[i]));
    }
    return peak;
  }
}
