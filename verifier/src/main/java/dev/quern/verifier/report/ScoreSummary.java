package dev.quern.verifier.report;

import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Sums up the scores of positions for plots, in memory that does not grow with their number but
/// for one record for each piece of the text.
public final class ScoreSummary implements PositionSink {
  private static final int MOST_BANDS = 64;

  /// Places whose loss is largest first; equal ones in the order of the text.
  private static final Comparator<PositionScore> WORST_FIRST =
      Comparator.comparingDouble(PositionScore::loss)
          .reversed()
          .thenComparingInt(PositionScore::chunk)
          .thenComparingInt(PositionScore::position);

  private final int context;
  private final int worst;
  private final int bandWidth;
  private final List<LossSums> bandSums = new ArrayList<>();
  private final List<LogHistogram> bandLosses = new ArrayList<>();
  private final List<LossSums> chunks = new ArrayList<>();
  private final LogHistogram losses = new LogHistogram();
  private final ProbabilityCounts probabilities = new ProbabilityCounts();
  private final PriorityQueue<PositionScore> worstScores =
      new PriorityQueue<>(WORST_FIRST.reversed());
  private boolean hasBase;

  /// A summary of pieces of `context` tokens that remembers the `worst` positions.
  public ScoreSummary(int context, int worst) {
    this.context = context;
    this.worst = worst;
    bandWidth = Math.ceilDiv(context, MOST_BANDS);
    for (int from = 0; from < context; from += bandWidth) {
      bandSums.add(new LossSums());
      bandLosses.add(new LogHistogram());
    }
  }

  @Override
  public void accept(PositionScore score) {
    int band = score.position() / bandWidth;
    bandSums.get(band).add(score);
    bandLosses.get(band).add(score.loss());
    while (chunks.size() <= score.chunk()) {
      chunks.add(new LossSums());
    }
    chunks.get(score.chunk()).add(score);
    losses.add(score.loss());
    if (score.base().isPresent()) {
      hasBase = true;
      probabilities.add(score);
    }
    if (!Double.isNaN(score.loss())) {
      worstScores.add(score);
      if (worstScores.size() > worst) {
        worstScores.remove();
      }
    }
  }

  /// Whether the losses are divergences from a base; else they are surprises.
  public boolean hasBase() {
    return hasBase;
  }

  /// Losses along the positions of a piece, where any was scored.
  public List<PositionBand> bands() {
    List<PositionBand> bands = new ArrayList<>();
    for (int i = 0; i < bandSums.size(); i++) {
      LossSums sums = bandSums.get(i);
      LogHistogram values = bandLosses.get(i);
      if (sums.positions() > 0) {
        bands.add(
            new PositionBand(
                i * bandWidth,
                Math.min(context, (i + 1) * bandWidth),
                sums.positions(),
                sums.meanLoss(),
                values.quantile(0.1),
                values.quantile(0.25),
                values.quantile(0.5),
                values.quantile(0.75),
                values.quantile(0.9)));
      }
    }
    return bands;
  }

  /// The scores of every piece, in the order of the text.
  public List<ChunkScores> chunks() {
    List<ChunkScores> scores = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      if (chunks.get(i).positions() > 0) {
        scores.add(chunks.get(i).chunk(i));
      }
    }
    return scores;
  }

  /// The positions with the largest losses, worst first.
  public List<PositionScore> worst() {
    return worstScores.stream().sorted(WORST_FIRST).toList();
  }

  LogHistogram losses() {
    return losses;
  }

  ProbabilityCounts probabilities() {
    return probabilities;
  }
}
