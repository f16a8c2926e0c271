package dev.quern.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.quern.verifier.PositionScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreSummaryTest {

  @Test
  void bandsHoldThePositionsThatWereScored() {
    ScoreSummary summary = new ScoreSummary(256, 1);
    summary.accept(Scores.score(0, 128, 0.5, 0.5, 0.25));
    summary.accept(Scores.score(1, 131, 0.5, 0.5, 0.75));
    summary.accept(Scores.score(1, 132, 0.5, 0.5, 3));

    List<PositionBand> bands = summary.bands();

    assertThat(bands)
        .extracting(PositionBand::from, PositionBand::to, PositionBand::positions)
        .containsExactly(tuple(128, 132, 2L), tuple(132, 136, 1L));
    assertThat(bands.getFirst().mean()).isEqualTo(0.5);
    assertThat(bands.getLast().p50()).isCloseTo(3, within(3 * 0.06));
  }

  @Test
  void quantilesOfBandsAreWithinAStep() {
    Random random = new Random(5);
    LogHistogram histogram = new LogHistogram();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      values.add(0.003 * Math.exp(1.5 * random.nextGaussian()));
    }
    values.forEach(histogram::add);
    values.sort(null);

    for (double fraction : new double[] {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999}) {
      double exact = values.get((int) (fraction * values.size()));
      assertThat(histogram.quantile(fraction)).isCloseTo(exact, within(0.06 * exact));
    }
  }

  @Test
  void histogramsTakeZeroAndInfinityButNotNan() {
    LogHistogram histogram = new LogHistogram();
    for (double value : new double[] {0, 1e-12, Double.POSITIVE_INFINITY, Double.NaN, 2}) {
      histogram.add(value);
    }

    assertThat(histogram.zero()).isEqualTo(2);
    assertThat(histogram.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    assertThat(histogram.counts().getLast()).isEqualTo(1);
    assertThat(histogram.quantile(0.2)).isZero();
    assertThat(new LogHistogram().quantile(0.5)).isNaN();
  }

  @Test
  void chunksHaveTheirMeans() {
    ScoreSummary summary = new ScoreSummary(64, 1);
    summary.accept(Scores.score(0, 40, 0.5, 0.25, 1));
    summary.accept(Scores.score(2, 40, 0.5, 1, 2));
    summary.accept(Scores.score(2, 41, 0.125, 1, 6));

    List<ChunkScores> chunks = summary.chunks();

    assertThat(chunks).extracting(ChunkScores::index).containsExactly(0, 2);
    ChunkScores last = chunks.getLast();
    assertThat(last.positions()).isEqualTo(2);
    assertThat(last.meanLoss()).isEqualTo(4);
    assertThat(last.maxLoss()).isEqualTo(6);
    assertThat(last.perplexity()).isCloseTo(4, within(1e-12));
    assertThat(last.basePerplexity()).isEqualTo(1);
    assertThat(last.sameTop()).isZero();
  }

  @Test
  void keepsTheWorstPlacesWorstFirst() {
    ScoreSummary summary = new ScoreSummary(64, 3);
    double[] losses = {0.5, 4, 2, 4, Double.NaN, 3};
    for (int i = 0; i < losses.length; i++) {
      summary.accept(Scores.score(0, 32 + i, 0.5, 0.5, losses[i]));
    }

    assertThat(summary.worst()).extracting(PositionScore::position).containsExactly(33, 35, 37);
  }

  @Test
  void withoutABaseTheLossIsTheSurprise() {
    ScoreSummary summary = new ScoreSummary(64, 3);
    summary.accept(Scores.alone(0, 40, 0.25));

    assertThat(summary.hasBase()).isFalse();
    assertThat(summary.chunks().getFirst().meanLoss()).isCloseTo(Math.log(4), within(1e-12));
    assertThat(summary.chunks().getFirst().basePerplexity()).isNaN();
    assertThat(summary.chunks().getFirst().sameTop()).isNaN();
    assertThat(summary.probabilities().joint()).isEmpty();
  }

  @Test
  void countsPositionsByBothProbabilities() {
    ProbabilityCounts counts = new ProbabilityCounts();
    counts.add(Scores.score(0, 1, 0.26, 0.51, 1));
    counts.add(Scores.score(0, 2, 0.26, 0.51, 1));
    counts.add(Scores.score(0, 3, 1, 1, 0));
    counts.add(Scores.score(0, 4, Double.NaN, 1, 0));

    assertThat(counts.joint()).containsExactly(List.of(20L, 10L, 2L), List.of(39L, 39L, 1L));
    assertThat(counts.shifts()).containsExactly(List.of(-50L, 2L), List.of(0L, 1L));
  }
}
