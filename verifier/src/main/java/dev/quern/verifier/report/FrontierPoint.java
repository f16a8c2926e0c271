package dev.quern.verifier.report;

import dev.quern.verifier.Estimate;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report;
import java.util.List;

/// One of several candidates of the same source: its size and what it lost.
///
/// @param label a short name, such as its recipe's
/// @param page the file name of its own page
/// @param model the candidate
/// @param divergence mean divergence from the base
/// @param sameTop share of positions where both hold the same token most likely
public record FrontierPoint(
    String label, String page, ModelFacts model, Estimate divergence, Estimate sameTop) {

  /// The point of `report`; none if its candidate was not compared.
  public static List<FrontierPoint> of(String label, String page, Report report) {
    return switch (report.quality()) {
      case Quality.Alone _ -> List.of();
      case Quality.Against against ->
          List.of(
              new FrontierPoint(
                  label, page, report.candidate(), against.divergence().mean(), against.sameTop()));
    };
  }
}
