package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedQuantilesTest {
  private static final double[] SHARES = {0, 0.001, 0.05, 0.25, 0.5, 0.9, 0.999, 1};

  @Test
  void manyValuesAreAThousandthAndARankOff() {
    BoundedQuantiles exact = new BoundedQuantiles();
    BoundedQuantiles cells = new BoundedQuantiles(1000);
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      double value = random.nextGaussian() * Math.exp(3 * random.nextGaussian() - 8);
      exact.add(value);
      cells.add(value);
    }
    for (double share : SHARES) {
      double step = 1.0 / 199_999;
      double below = exact.at(Math.max(0, share - step))[0];
      double above = exact.at(Math.min(1, share + step))[0];
      assertThat(cells.at(share)[0])
          .isBetween(below - 0.0011 * Math.abs(below), above + 0.0011 * Math.abs(above));
    }
  }

  @Test
  void fewValuesAreExact() {
    BoundedQuantiles quantiles = new BoundedQuantiles();
    for (int i = 1; i <= 4; i++) {
      quantiles.add(i);
    }
    assertThat(quantiles.at(0, 0.5, 1)).containsExactly(1, 2.5, 4);
  }

  @Test
  void whatIsNotFiniteIsTheLargest() {
    BoundedQuantiles quantiles = new BoundedQuantiles(2);
    for (double value : new double[] {1, Double.NaN, 1, 1}) {
      quantiles.add(value);
    }
    assertThat(quantiles.at(0.5)[0]).isEqualTo(1);
    assertThat(quantiles.at(1)[0]).isNaN();
  }

  @Test
  void zeroAndTinyValuesAreZero() {
    BoundedQuantiles quantiles = new BoundedQuantiles(1);
    for (double value : new double[] {0, 1e-13, -1e-13, 0}) {
      quantiles.add(value);
    }
    assertThat(quantiles.at(0.5)[0]).isZero();
  }
}
