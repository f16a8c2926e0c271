package dev.quern.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Walks models over the pieces of a text and scores their predictions.
///
/// A base and any number of candidates are walked together, so the logits of one batch of positions
/// of the base and of one candidate are all that is held; what is kept of scored positions does not
/// grow beyond some megabytes, see [BoundedQuantiles]. Figures do not depend on the number of
/// threads: positions are scored in any order and added up in theirs.
public final class Evaluation {
  /// The most positions whose logits are held at once.
  private static final int BATCH = 128;

  /// The most logits of one model that are held at once, as long as they are a few positions.
  private static final int BATCH_LOGITS = 1 << 24;

  private static final int SMALLEST_BATCH = 16;

  private final Pieces pieces;
  private final int threads;
  private final Progress progress;
  private final List<PositionSink> sinks;
  private final Journal journal;

  /// Candidates beside one base.
  ///
  /// @param qualities of each candidate, in their order
  /// @param contests of each pair of candidates
  public record SideBySide(List<Quality.Against> qualities, List<Contest> contests) {
    public SideBySide {
      qualities = List.copyOf(qualities);
      contests = List.copyOf(contests);
    }
  }

  /// An evaluation over `pieces` that scores with `threads` threads; what the models themselves use
  /// is theirs to decide.
  public Evaluation(Pieces pieces, int threads, Progress progress) {
    this(pieces, threads, progress, List.of(), Journal.none());
  }

  /// The same, which also passes the score of every position of the first candidate to the first of
  /// `sinks`, and so on, writes down what it has finished in `journal`, and begins with what is
  /// already there.
  public Evaluation(
      Pieces pieces,
      int threads,
      Progress progress,
      List<? extends PositionSink> sinks,
      Journal journal) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads: use at least 1");
    }
    this.pieces = pieces;
    this.threads = threads;
    this.progress = progress;
    this.sinks = List.copyOf(sinks);
    this.journal = journal;
  }

  /// The perplexity of `model`.
  ///
  /// @throws IllegalArgumentException if the text has tokens that the model does not know
  public Quality.Alone perplexity(LogitsSource model) {
    Tally.OfOne tally = new Tally.OfOne();
    new Walk(Optional.empty(), List.of(model), List.of(tally)).run();
    return tally.quality();
  }

  /// How far `candidate` is from `base`.
  ///
  /// @throws IllegalArgumentException if the text has tokens that the models do not know, or their
  ///   vocabularies differ in size
  public Quality.Against compare(LogitsSource base, LogitsSource candidate) {
    return compare(base, List.of(candidate)).qualities().getFirst();
  }

  /// How far each of `candidates` is from `base`, and which is better than which.
  ///
  /// @throws IllegalArgumentException if the text has tokens that the models do not know, or their
  ///   vocabularies differ in size
  public SideBySide compare(LogitsSource base, List<LogitsSource> candidates) {
    List<PairTally> tallies = new ArrayList<>();
    for (LogitsSource candidate : candidates) {
      if (base.vocabularySize() != candidate.vocabularySize()) {
        throw new IllegalArgumentException(
            "the candidate has %d tokens and the base %d: only models with the same vocabulary can be compared"
                .formatted(candidate.vocabularySize(), base.vocabularySize()));
      }
      int tops = Math.min(TopTokens.COUNT, base.vocabularySize());
      tallies.add(new PairTally(pieces.unit(), tops));
    }
    new Walk(Optional.of(base), candidates, List.copyOf(tallies)).run();
    return new SideBySide(tallies.stream().map(PairTally::quality).toList(), contests(tallies));
  }

  private static List<Contest> contests(List<PairTally> tallies) {
    List<Contest> contests = new ArrayList<>();
    for (int i = 0; i < tallies.size(); i++) {
      for (int j = i + 1; j < tallies.size(); j++) {
        contests.add(Contest.of(i, tallies.get(i).clusters(), j, tallies.get(j).clusters()));
      }
    }
    return contests;
  }

  private int batch(int vocabulary) {
    int largest = pieces.largestToken();
    if (largest >= vocabulary) {
      throw new IllegalArgumentException(
          "the text has token %d, and the model knows %d tokens: tokenizer and model do not belong together"
              .formatted(largest, vocabulary));
    }
    int fitting = Math.clamp(BATCH_LOGITS / vocabulary, SMALLEST_BATCH, BATCH);
    return Math.min(fitting, pieces.context() - 1);
  }

  /// One pass of all models over all pieces.
  private final class Walk {
    private final Optional<LogitsSource> base;
    private final List<LogitsSource> candidates;
    private final List<Tally> tallies;
    private final long total;
    private long done;

    Walk(Optional<LogitsSource> base, List<LogitsSource> candidates, List<Tally> tallies) {
      this.base = base;
      this.candidates = candidates;
      this.tallies = tallies;
      long tokens = 0;
      for (int i = 0; i < pieces.count(); i++) {
        tokens += pieces.piece(i).end();
      }
      this.total = tokens * (candidates.size() + (base.isPresent() ? 1 : 0));
    }

    void run() {
      int vocabulary = candidates.getFirst().vocabularySize();
      try (PositionScorer scorer =
          new PositionScorer(base.isPresent() ? 2 : 1, batch(vocabulary), vocabulary, threads)) {
        for (int i = 0; i < pieces.count(); i++) {
          Piece piece = pieces.piece(i);
          if (!replay(piece, scorer)) {
            walk(piece, scorer);
            journal.finish();
          }
        }
      }
    }

    /// Takes the scores of a piece from the journal, if it has them.
    private boolean replay(Piece piece, PositionScorer scorer) {
      if (!journal.hasNext()) {
        return false;
      }
      for (int at = piece.start(); at < piece.end(); at += scorer.batch()) {
        int count = Math.min(scorer.batch(), piece.end() - at);
        for (int c = 0; c < candidates.size(); c++) {
          journal.read(scorer.scores(), count);
          take(c, piece, at, count, scorer.scores());
        }
      }
      journal.next();
      step((long) piece.end() * (candidates.size() + (base.isPresent() ? 1 : 0)));
      return true;
    }

    /// Walks all models over one piece. Its last token is predicted and never read.
    private void walk(Piece piece, PositionScorer scorer) {
      base.ifPresent(model -> begin(model, piece, scorer.baseLogits()));
      candidates.forEach(model -> begin(model, piece, scorer.logits()));
      for (int at = piece.start(); at < piece.end(); at += scorer.batch()) {
        int from = at;
        int count = Math.min(scorer.batch(), piece.end() - at);
        base.ifPresent(model -> feed(model, piece, from, count, scorer.baseLogits()));
        for (int c = 0; c < candidates.size(); c++) {
          feed(candidates.get(c), piece, at, count, scorer.logits());
          base.ifPresent(model -> model.complete(scorer.baseLogits(), scorer.logits(), count));
          PositionScores scores = scorer.score(piece.tokens(), at, count);
          journal.write(scores, count);
          take(c, piece, at, count, scores);
        }
      }
    }

    private void begin(LogitsSource model, Piece piece, float[] logits) {
      model.start();
      model.feed(piece.tokens(), 0, piece.start(), 0, logits);
      step(piece.start());
    }

    private void feed(LogitsSource model, Piece piece, int at, int count, float[] logits) {
      model.feed(piece.tokens(), at, count, count, logits);
      step(count);
    }

    private void take(int candidate, Piece piece, int at, int count, PositionScores scores) {
      tallies.get(candidate).add(scores, count, piece);
      if (candidate < sinks.size()) {
        PositionSink sink = sinks.get(candidate);
        for (int slot = 0; slot < count; slot++) {
          int follower = piece.tokens()[at + slot + 1];
          sink.accept(scores.at(slot, piece.index(), at + slot, follower));
        }
      }
    }

    private void step(long tokens) {
      done += tokens;
      progress.step(done, total);
    }
  }
}
