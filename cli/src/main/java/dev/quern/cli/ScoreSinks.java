package dev.quern.cli;

import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Pieces;
import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionSink;
import dev.quern.verifier.arrow.TokenTable;
import dev.quern.verifier.report.ReportDetails;
import dev.quern.verifier.report.ScoreSummary;
import java.nio.file.Path;
import java.util.Optional;

/// Where the scores of a measurement go: a summary, and a table if one is wanted.
final class ScoreSinks implements PositionSink, AutoCloseable {
  private static final int WORST_PLACES = 20;

  private final Pieces pieces;
  private final Tokenizer tokenizer;
  private final ScoreSummary summary;
  private final Optional<TokenTable> table;

  /// Sinks for a measurement over `pieces`, whose table goes to `tokens`.
  ScoreSinks(Pieces pieces, Tokenizer tokenizer, Optional<Path> tokens, boolean hasBase) {
    this.pieces = pieces;
    this.tokenizer = tokenizer;
    summary = new ScoreSummary(pieces.context(), WORST_PLACES);
    table = tokens.map(file -> TokenTable.open(file, tokenizer, hasBase));
  }

  @Override
  public void accept(PositionScore score) {
    summary.accept(score);
    table.ifPresent(one -> one.accept(score));
  }

  /// Completes the table, and gives what a page shows of the scores.
  ReportDetails finish() {
    table.ifPresent(TokenTable::finish);
    return ReportDetails.of(summary, pieces, tokenizer);
  }

  @Override
  public void close() {
    table.ifPresent(TokenTable::close);
  }
}
