package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import org.junit.jupiter.api.Test;

final class WeightRangeTest {
  @Test
  void findsThePeakWhereverItIs() {
    for (int count = 1; count < 10; count++) {
      for (int at = 0; at < count; at++) {
        float[] weights = new float[10];
        weights[at] = -3;
        assertThat(WeightRange.of(weights, count).peak()).as("%d of %d", at, count).isEqualTo(3);
      }
    }
  }

  @Test
  void leavesOutWhatComesAfterTheCount() {
    float[] weights = {1, 2, 3, 4, 5, 6, 70000};

    assertThat(WeightRange.of(weights, 6).peak()).isEqualTo(6);
    assertThat(WeightRange.of(weights, 6).overflows(GgmlType.F16)).isFalse();
    assertThat(WeightRange.of(weights, 7).overflows(GgmlType.F16)).isTrue();
  }

  @Test
  void isNotFiniteWhereverTheWeightIs() {
    for (int at = 0; at < 7; at++) {
      float[] weights = new float[7];
      weights[at] = at % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
      assertThat(WeightRange.of(weights, 7).isFinite()).as("at %d", at).isFalse();
    }
  }
}
