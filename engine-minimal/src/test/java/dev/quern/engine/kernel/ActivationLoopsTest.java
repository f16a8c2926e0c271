package dev.quern.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ActivationLoopsTest {
  private static final int N = 16001;

  @Test
  void geluIsTheShareOfANormalDistribution() {
    float[] x = line();
    ActivationLoops.gelu(x, 0, N);
    compare(x, v -> v * share(v), 4e-7);
  }

  @Test
  void geluOfLargeNumbersIsTheNumberOrNothing() {
    float[] x = {40, 1e30f, Float.MAX_VALUE, -40, -1e30f, -Float.MAX_VALUE, 0, 13, -13};
    float[] all = new float[48];
    System.arraycopy(x, 0, all, 0, x.length);
    System.arraycopy(x, 0, all, 39, x.length); // the tail is computed otherwise
    ActivationLoops.gelu(all, 0, all.length);
    for (int at : new int[] {0, 39}) {
      assertThat(all[at]).isEqualTo(40);
      assertThat(all[at + 1]).isEqualTo(1e30f);
      assertThat(all[at + 2]).isEqualTo(Float.MAX_VALUE);
      assertThat(all[at + 3]).isBetween(-1e-30f, 0f);
      assertThat(all[at + 6]).isZero();
      assertThat(all[at + 7]).isEqualTo(13);
      assertThat(all[at + 8]).isBetween(-1e-30f, 0f);
    }
  }

  @Test
  void geluWithATangent() {
    float[] x = line();
    ActivationLoops.sigmoid(x, 0, N, ActivationLoops.TANH_LINEAR, ActivationLoops.TANH_CUBIC);
    double root = Math.sqrt(2 / Math.PI);
    compare(x, v -> v / 2 * (1 + Math.tanh(root * (v + 0.044715 * v * v * v))), 6e-7);
  }

  @Test
  void sigmoidOfLargeNumbersIsTheNumberOrNothing() {
    float[] x = {200, -200, 1e20f, -1e20f, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    ActivationLoops.sigmoid(x, 0, 16, ActivationLoops.TANH_LINEAR, ActivationLoops.TANH_CUBIC);
    assertThat(x[0]).isEqualTo(200);
    assertThat(x[1]).isBetween(-1e-30f, 0f);
    assertThat(x[2]).isEqualTo(1e20f);
    assertThat(x[3]).isBetween(-1e-15f, 0f);
    assertThat(x[4]).isZero();
  }

  @Test
  void siluAndItsQuickRelative() {
    for (float factor : new float[] {1, 1.702f}) {
      float[] x = line();
      ActivationLoops.sigmoid(x, 0, N, factor, 0);
      compare(x, v -> v / (1 + Math.exp(-factor * v)), 6e-7);
    }
  }

  @Test
  void reluAndItsSquare() {
    float[] x = {-1, 0, 3};
    ActivationLoops.reluSquared(x, 0, 3);
    assertThat(x).containsExactly(0, 0, 9);
    float[] y = {-1, 0, 3};
    ActivationLoops.relu(y, 1, 2);
    assertThat(y).containsExactly(-1, 0, 3);
  }

  @Test
  void softCapNeverReachesTheCap() {
    float[] x = line();
    ActivationLoops.softCap(x, 0, N, 3);
    compare(x, v -> 3 * Math.tanh(v / 3), 6e-7);
  }

  private static float[] line() {
    float[] x = new float[N];
    for (int i = 0; i < N; i++) {
      x[i] = (i - N / 2) / 1000f;
    }
    return x;
  }

  private static void compare(float[] actual, DoubleUnaryOperator expected, double tolerance) {
    float[] x = line();
    for (int i = 0; i < N; i++) {
      double e = expected.applyAsDouble(x[i]);
      assertThat((double) actual[i])
          .as("of %f", x[i])
          .isCloseTo(e, within(tolerance * Math.max(Math.abs(e), 0.1)));
    }
  }

  /// The share of a normal distribution below `z`, by its series.
  private static double share(double z) {
    double term = z;
    double sum = z;
    for (int i = 3; Math.abs(term) > 1e-18 && i < 600; i += 2) {
      term *= z * z / i;
      sum += term;
    }
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    return 0.5 + density * sum;
  }
}
