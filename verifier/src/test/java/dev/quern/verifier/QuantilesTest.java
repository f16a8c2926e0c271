package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QuantilesTest {

  @Test
  void medianOfAnEvenCountIsTheMiddleOfTwo() {
    assertThat(new Quantiles(new float[] {4, 1, 3, 2}).at(0.5)).isEqualTo(2.5);
    assertThat(new Quantiles(new float[] {5, 1, 3}).at(0.5)).isEqualTo(3);
  }

  @Test
  void placesAreCountedFromTheFirstToTheLast() {
    float[] values = new float[101];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * i;
    }
    Quantiles quantiles = new Quantiles(values);

    assertThat(quantiles.at(0)).isZero();
    assertThat(quantiles.at(0.99)).isCloseTo(198, within(1e-9));
    assertThat(quantiles.at(0.995)).isCloseTo(199, within(1e-9));
    assertThat(quantiles.at(1)).isEqualTo(200);
  }

  @Test
  void oneValueIsEveryQuantile() {
    Quantiles quantiles = new Quantiles(new float[] {7});

    assertThat(quantiles.at(0)).isEqualTo(7);
    assertThat(quantiles.at(0.999)).isEqualTo(7);
  }

  @Test
  void notANumberIsTheLargest() {
    Quantiles quantiles = new Quantiles(new float[] {1, Float.NaN, 2});

    assertThat(quantiles.at(0.5)).isEqualTo(2);
    assertThat(quantiles.at(0.9)).isNaN();
    assertThat(quantiles.at(1)).isNaN();
  }
}
