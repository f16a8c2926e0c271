package dev.quern.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;

/// Room for a batch of logits of a candidate and of the base if there is one, and the threads that
/// score it. Several candidates use the room one after another.
final class PositionScorer implements AutoCloseable {
  private final ForkJoinPool pool;
  private final int threads;
  private final int batch;
  private final int vocabulary;
  private final PositionScores scores;
  private final List<float[]> logits = new ArrayList<>();

  /// A scorer for 1 model, the candidate, or 2 with the base.
  PositionScorer(int models, int batch, int vocabulary, int threads) {
    this.batch = batch;
    this.vocabulary = vocabulary;
    this.threads = threads;
    scores = new PositionScores(batch, vocabulary);
    for (int m = 0; m < models; m++) {
      logits.add(new float[Math.multiplyExact(batch, vocabulary)]);
    }
    pool = new ForkJoinPool(threads);
  }

  /// The most positions that are scored at once.
  int batch() {
    return batch;
  }

  /// Where the logits of the candidate go.
  float[] logits() {
    return logits.getFirst();
  }

  /// Where the logits of the base go.
  float[] baseLogits() {
    return logits.getLast();
  }

  /// Where scores are, until the next ones.
  PositionScores scores() {
    return scores;
  }

  /// Scores the `count` positions from `at` on whose logits have been written; the scores are good
  /// until the next call.
  PositionScores score(int[] piece, int at, int count) {
    List<Callable<Boolean>> slices = new ArrayList<>();
    int slice = Math.ceilDiv(count, threads);
    for (int from = 0; from < count; from += slice) {
      int first = from;
      int end = Math.min(count, from + slice);
      slices.add(() -> scoreSlice(piece, at, first, end));
    }
    pool.invokeAllUninterruptibly(slices).forEach(Future::resultNow);
    return scores;
  }

  private boolean scoreSlice(int[] piece, int at, int first, int end) {
    boolean alone = logits.size() == 1;
    double[] powers = new double[alone ? 0 : vocabulary];
    for (int slot = first; slot < end; slot++) {
      int follower = piece[at + slot + 1];
      if (alone) {
        scores.score(slot, logits.getFirst(), follower);
      } else {
        scores.score(slot, logits.getFirst(), logits.getLast(), follower, powers);
      }
    }
    return true;
  }

  @Override
  public void close() {
    pool.close();
  }
}
