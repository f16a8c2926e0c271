package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("lanes")
final class ErrorMeterTest {
  private static final int COUNT = 256 * 40;

  private final Arena arena = Arena.ofAuto();

  @ParameterizedTest
  @ValueSource(floats = {1, 0.02f, 1e-22f, 3e18f})
  void sumsWhatPlainDoublesSum(float size) {
    float[] x = weights(size);
    float[] y = weights(size);
    MemorySegment blocks = encode(GgmlType.BF16, y);
    BlockCodecs.of(GgmlType.BF16).decode(blocks, 0, y, 0, COUNT);
    double error = 0;
    double energy = 0;
    for (int i = 0; i < COUNT; i++) {
      y[i] = i % 3 == 0 ? x[i] : y[i];
    }
    blocks = encode(GgmlType.F32, y);
    for (int i = 0; i < COUNT; i++) {
      error += Math.pow((double) x[i] - y[i], 2);
      energy += Math.pow(x[i], 2);
    }
    ErrorSums sums = new ErrorMeter().measure(x, 0, COUNT, GgmlType.F32, blocks, 0);
    assertThat(sums.error()).isCloseTo(error, within(1e-5 * error));
    assertThat(sums.energy()).isCloseTo(energy, within(1e-5 * energy));
    assertThat(sums.relative()).isCloseTo(Math.sqrt(error / energy), within(1e-5));
  }

  @Test
  void weighsColumnsByImportance() {
    float[] x = weights(1);
    MemorySegment blocks = encode(GgmlType.Q4_0, x);
    float[] decoded = new float[COUNT];
    BlockCodecs.of(GgmlType.Q4_0).decode(blocks, 0, decoded, 0, COUNT);
    float[] importance = new float[COUNT];
    importance[7] = 3;
    importance[5000] = 2;
    double error = 3 * Math.pow(x[7] - decoded[7], 2) + 2 * Math.pow(x[5000] - decoded[5000], 2);
    double energy = 3 * Math.pow(x[7], 2) + 2 * Math.pow(x[5000], 2);
    ErrorSums sums = new ErrorMeter().measure(x, 0, COUNT, importance, 0, GgmlType.Q4_0, blocks, 0);
    assertThat(sums.weightedRelative()).isCloseTo(Math.sqrt(error / energy), within(1e-6));
    assertThat(sums.relative())
        .isEqualTo(new ErrorMeter().measure(x, 0, COUNT, GgmlType.Q4_0, blocks, 0).relative());
  }

  @Test
  void countsBlocksThatLostTheirWeightsAndNotThoseThatHadNone() {
    float[] x = weights(1);
    Arrays.fill(x, 64, 96, 0);
    Arrays.fill(x, 4096, 4096 + 64, 1e-12f);
    x[320] = 0;
    ErrorSums sums =
        new ErrorMeter().measure(x, 0, COUNT, GgmlType.Q8_0, encode(GgmlType.Q8_0, x), 0);
    assertThat(sums.deadBlocks()).isEqualTo(2);
  }

  @Test
  void noticesScalesThatAreNotFinite() {
    float[] x = weights(1);
    MemorySegment blocks = encode(GgmlType.Q8_0, x);
    blocks.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 34 * 200 + 1, (byte) 0x7c);
    blocks.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 34 * 200, (byte) 0);
    assertThat(new ErrorMeter().measure(x, 0, COUNT, GgmlType.Q8_0, blocks, 0).isFinite())
        .isFalse();
  }

  @Test
  void isExactWhereNothingIsLost() {
    float[] x = weights(1);
    ErrorSums sums =
        new ErrorMeter().measure(x, 0, COUNT, GgmlType.F32, encode(GgmlType.F32, x), 0);
    assertThat(sums.relative()).isZero();
    assertThat(sums.plus(ErrorSums.NONE)).isEqualTo(sums);
    assertThat(ErrorSums.NONE.relative()).isZero();
  }

  @Test
  void isTheSameOnEveryMachine() {
    float[] x = weights(1);
    ErrorSums sums =
        new ErrorMeter().measure(x, 0, COUNT, GgmlType.Q8_0, encode(GgmlType.Q8_0, x), 0);
    assertThat(Double.toHexString(sums.error())).isEqualTo("0x1.26cce99p-2");
  }

  private MemorySegment encode(GgmlType type, float[] x) {
    MemorySegment blocks = arena.allocate(type.bytes(x.length), 64);
    BlockCodecs.of(type).newEncoder().encode(x, 0, x.length, blocks, 0);
    return blocks;
  }

  private static float[] weights(float size) {
    Random random = new Random(3);
    float[] x = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] = (float) (size * random.nextGaussian());
    }
    return x;
  }
}
