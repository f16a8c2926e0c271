package dev.quern.verifier;

import java.util.List;

/// Walks models over the pieces of a text and scores their predictions.
///
/// Two models are walked together, so the logits of one batch of positions of each are all that is
/// held; per scored position a comparison keeps four bytes, for exact quantiles. Figures do not
/// depend on the number of threads: positions are scored in any order and added up in theirs.
public final class Evaluation {
  /// The most positions whose logits are held at once.
  private static final int BATCH = 128;

  /// The most logits of one model that are held at once, as long as they are a few positions.
  private static final int BATCH_LOGITS = 1 << 24;

  private static final int SMALLEST_BATCH = 16;

  private final Chunks chunks;
  private final int threads;
  private final Progress progress;
  private final PositionSink sink;

  /// An evaluation over `chunks` that scores with `threads` threads; what the models themselves use
  /// is theirs to decide.
  public Evaluation(Chunks chunks, int threads, Progress progress) {
    this(chunks, threads, progress, PositionSink.none());
  }

  /// The same, which also passes the score of every position to `sink`.
  public Evaluation(Chunks chunks, int threads, Progress progress, PositionSink sink) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads: use at least 1");
    }
    this.chunks = chunks;
    this.threads = threads;
    this.progress = progress;
    this.sink = sink;
  }

  /// The perplexity of `model`.
  ///
  /// @throws IllegalArgumentException if the text has tokens that the model does not know
  public Quality.Alone perplexity(LogitsSource model) {
    Tally.OfOne tally = new Tally.OfOne();
    walk(List.of(model), tally);
    return tally.quality();
  }

  /// How far `candidate` is from `base`.
  ///
  /// @throws IllegalArgumentException if the text has tokens that the models do not know, or their
  ///   vocabularies differ in size
  public Quality.Against compare(LogitsSource base, LogitsSource candidate) {
    if (base.vocabularySize() != candidate.vocabularySize()) {
      throw new IllegalArgumentException(
          "the candidate has %d tokens and the base %d: only models with the same vocabulary can be compared"
              .formatted(candidate.vocabularySize(), base.vocabularySize()));
    }
    Tally.OfTwo tally = new Tally.OfTwo(Math.toIntExact(chunks.positions()));
    walk(List.of(candidate, base), tally);
    return tally.quality();
  }

  private void walk(List<LogitsSource> models, Tally tally) {
    int vocabulary = models.getFirst().vocabularySize();
    Steps steps = new Steps((long) chunks.count() * chunks.end() * models.size());
    try (PositionScorer scorer =
        new PositionScorer(models.size(), batch(vocabulary), vocabulary, threads)) {
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        walk(models, chunk, scorer, tally, steps);
      }
    }
  }

  private int batch(int vocabulary) {
    int largest = chunks.largestToken();
    if (largest >= vocabulary) {
      throw new IllegalArgumentException(
          "the text has token %d, and the model knows %d tokens: tokenizer and model do not belong together"
              .formatted(largest, vocabulary));
    }
    int fitting = Math.clamp(BATCH_LOGITS / vocabulary, SMALLEST_BATCH, BATCH);
    return Math.min(fitting, chunks.end() - chunks.start());
  }

  /// Walks all models over one piece. Its last token is predicted and never read.
  private void walk(
      List<LogitsSource> models, int chunk, PositionScorer scorer, Tally tally, Steps steps) {
    int[] piece = chunks.tokens(chunk);
    for (int m = 0; m < models.size(); m++) {
      models.get(m).start();
      models.get(m).feed(piece, 0, chunks.start(), 0, scorer.logits(m));
      steps.add(chunks.start());
    }
    int count;
    for (int at = chunks.start(); at < chunks.end(); at += count) {
      count = Math.min(scorer.batch(), chunks.end() - at);
      for (int m = 0; m < models.size(); m++) {
        models.get(m).feed(piece, at, count, count, scorer.logits(m));
        steps.add(count);
      }
      if (models.size() > 1) {
        models.getLast().complete(scorer.logits(1), scorer.logits(0), count);
      }
      PositionScores scores = scorer.score(piece, at, count);
      tally.add(scores, count);
      for (int slot = 0; slot < count; slot++) {
        sink.accept(scores.at(slot, chunk, at + slot, piece[at + slot + 1]));
      }
    }
  }

  /// Counts what was read and passes it on.
  private final class Steps {
    private final long total;
    private long done;

    Steps(long total) {
      this.total = total;
    }

    void add(int tokens) {
      done += tokens;
      progress.step(done, total);
    }
  }
}
