package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final int SIMULATIONS = 300;
  private static final double TRUTH = 0.7;

  /// Sums and counts of documents of uneven length, whose positions share what their document adds.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sample(double[] sums, double[] counts, double independentError) {}

  private static Sample sample(Random random, int documents, double truth) {
    double[] sums = new double[documents];
    double[] counts = new double[documents];
    Moments all = new Moments();
    for (int d = 0; d < documents; d++) {
      double shared = random.nextGaussian();
      int length = 10 + random.nextInt(40);
      for (int i = 0; i < length; i++) {
        double value = truth + shared + 2 * random.nextGaussian();
        all.add(value);
        sums[d] += value;
      }
      counts[d] = length;
    }
    return new Sample(sums, counts, all.mean().error());
  }

  @Test
  void intervalsHoldTheTruthAsOftenAsTheySay() {
    Random random = new Random(8);
    int held = 0;
    int heldByIndependence = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Sample sample = sample(random, 60, TRUTH);
      Bootstrap bootstrap = new Bootstrap(sample.sums, sample.counts);
      Interval interval = bootstrap.interval();
      held += interval.low() <= TRUTH && TRUTH <= interval.high() ? 1 : 0;
      boolean near = Math.abs(bootstrap.mean() - TRUTH) <= 1.96 * sample.independentError;
      heldByIndependence += near ? 1 : 0;
    }
    // 95 % of 300 is 285, with a standard deviation of 3.8
    assertThat(held).isBetween(272, 296);
    assertThat(heldByIndependence).isLessThan(220);
  }

  @Test
  void whatIsZeroIsSeldomSignificant() {
    Random random = new Random(9);
    int significant = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Sample sample = sample(random, 60, 0);
      significant += new Bootstrap(sample.sums, sample.counts).significance() < 0.05 ? 1 : 0;
    }
    assertThat(significant).isBetween(4, 30);
  }

  @Test
  void whatIsFarFromZeroIsSignificant() {
    Sample sample = sample(new Random(10), 60, 2);
    Bootstrap bootstrap = new Bootstrap(sample.sums, sample.counts);
    assertThat(bootstrap.significance()).isEqualTo(1.0 / Bootstrap.RESAMPLES);
    assertThat(bootstrap.interval().hasZero()).isFalse();
  }

  @Test
  void intervalsOfSkewedSumsLeanToTheLongSide() {
    Random random = new Random(11);
    double[] sums = new double[40];
    double[] counts = new double[40];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = Math.exp(1.5 * random.nextGaussian());
      counts[i] = 1;
    }
    double mean = Arrays.stream(sums).average().orElseThrow();
    Interval interval = new Bootstrap(sums, counts).interval();
    assertThat(interval.high() - mean).isGreaterThan(1.2 * (mean - interval.low()));
  }

  @Test
  void equalSumsGiveEqualIntervals() {
    Sample sample = sample(new Random(12), 20, 0);
    assertThat(new Bootstrap(sample.sums, sample.counts).interval())
        .isEqualTo(new Bootstrap(sample.sums, sample.counts).interval());
  }

  @Test
  void oneClusterSaysNothing() {
    Bootstrap bootstrap = new Bootstrap(new double[] {3}, new double[] {2});
    assertThat(bootstrap.mean()).isCloseTo(1.5, within(1e-15));
    assertThat(bootstrap.interval().low()).isNaN();
    assertThat(bootstrap.significance()).isNaN();
    assertThat(bootstrap.interval().hasZero()).isTrue();
  }

  @Test
  void clustersThatAreAllAlikeLeaveNoDoubt() {
    Bootstrap bootstrap = new Bootstrap(new double[] {2, 2, 2}, new double[] {1, 1, 1});
    assertThat(bootstrap.interval()).isEqualTo(new Interval(2, 2));
  }
}
