package dev.quern.cli;

import dev.quern.converter.TensorError;
import dev.quern.verifier.Report;
import dev.quern.verifier.report.FrontierPoint;
import dev.quern.verifier.report.ReportDetails;
import dev.quern.verifier.report.TensorLoss;
import java.util.ArrayList;
import java.util.List;

/// A report under the name of its files, and what its page shows beside the figures.
///
/// @param name of its files, without their endings
/// @param label a short name of the candidate
/// @param report the figures
/// @param details the rest
record FullReport(String name, String label, Report report, ReportDetails details) {

  /// True if all passed their gates.
  static boolean passed(List<FullReport> reports) {
    return reports.stream().allMatch(one -> one.report.verdict().passed());
  }

  /// What a conversion found, as a report has it.
  static List<TensorLoss> losses(List<TensorError> errors) {
    return errors.stream()
        .map(
            error ->
                new TensorLoss(
                    error.info(),
                    error.sums().relative(),
                    error.isWeighted() ? error.sums().weightedRelative() : Double.NaN,
                    error.sums().deadBlocks()))
        .toList();
  }

  /// The same, each with all of them on its page.
  static List<FullReport> together(List<FullReport> reports) {
    List<FrontierPoint> points = new ArrayList<>();
    for (FullReport one : reports) {
      points.addAll(FrontierPoint.of(one.label, one.name + ".html", one.report));
    }
    return reports.stream()
        .map(one -> new FullReport(one.name, one.label, one.report, one.details.among(points)))
        .toList();
  }
}
