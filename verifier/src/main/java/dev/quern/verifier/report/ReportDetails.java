package dev.quern.verifier.report;

import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Pieces;
import java.util.ArrayList;
import java.util.List;

/// What a page shows beside the figures of a report.
///
/// @param scores the summary of all positions, complete
/// @param beginnings the first words of each piece of the text, as far as they are kept
/// @param worst the places of the text where most was lost
/// @param tensors what rounding each tensor cost
/// @param points all candidates of the run, this one among them
public record ReportDetails(
    ScoreSummary scores,
    List<String> beginnings,
    List<WorstPlace> worst,
    List<TensorLoss> tensors,
    List<FrontierPoint> points) {
  private static final int MOST_BEGINNINGS = 2000;
  private static final int BEGINNING_TOKENS = 24;

  public ReportDetails {
    beginnings = List.copyOf(beginnings);
    worst = List.copyOf(worst);
    tensors = List.copyOf(tensors);
    points = List.copyOf(points);
  }

  /// The details of a candidate that was measured over `pieces`, whose tokens `tokenizer` turns
  /// back into text.
  public static ReportDetails of(ScoreSummary scores, Pieces pieces, Tokenizer tokenizer) {
    Passages passages = new Passages(pieces, tokenizer);
    List<String> beginnings = new ArrayList<>();
    for (int chunk = 0; chunk < Math.min(pieces.count(), MOST_BEGINNINGS); chunk++) {
      beginnings.add(passages.beginning(chunk, BEGINNING_TOKENS));
    }
    List<WorstPlace> worst =
        scores.worst().stream().map(score -> WorstPlace.of(score, passages)).toList();
    return new ReportDetails(scores, beginnings, worst, List.of(), List.of());
  }

  /// The same with what rounding `losses` cost.
  public ReportDetails with(List<TensorLoss> losses) {
    return new ReportDetails(scores, beginnings, worst, losses, points);
  }

  /// The same beside the other candidates of the run.
  public ReportDetails among(List<FrontierPoint> candidates) {
    return new ReportDetails(scores, beginnings, worst, tensors, candidates);
  }
}
