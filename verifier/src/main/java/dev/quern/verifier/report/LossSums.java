package dev.quern.verifier.report;

import dev.quern.verifier.PositionScore;

/// Sums over the scores of some positions.
final class LossSums {
  private long positions;
  private double loss;
  private double largest = Double.NEGATIVE_INFINITY;
  private double logProbability;
  private double baseLogProbability;
  private long sameTop;
  private boolean hasBase;

  void add(PositionScore score) {
    positions++;
    loss += score.loss();
    largest = Math.max(largest, score.loss());
    logProbability += score.candidate().logProbability();
    baseLogProbability += score.baseLogProbability();
    sameTop += score.sameTop() ? 1 : 0;
    hasBase |= score.base().isPresent();
  }

  long positions() {
    return positions;
  }

  double meanLoss() {
    return loss / positions;
  }

  ChunkScores chunk(int index) {
    return new ChunkScores(
        index,
        positions,
        meanLoss(),
        largest,
        logProbability / positions,
        baseLogProbability / positions,
        hasBase ? (double) sameTop / positions : Double.NaN);
  }
}
