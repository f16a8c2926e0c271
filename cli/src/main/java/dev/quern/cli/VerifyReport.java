package dev.quern.cli;

import dev.quern.verifier.Gates;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.report.TensorLoss;
import dev.quern.verifier.sanity.Sanity;
import java.util.List;
import java.util.Optional;

/// Puts together what `verify` found.
///
/// @param measurement how candidates are measured
/// @param baseline what may stand for the base
/// @param base the base, if it is a model
/// @param source the same, loaded
/// @param text what was read
record VerifyReport(
    Measurement measurement,
    BaselineOptions baseline,
    Optional<OpenModel> base,
    Optional<LoadedModel> source,
    TextFacts text) {

  /// The report called `name` on `candidate`.
  ///
  /// @param loaded the same
  /// @param result what its pass found
  /// @param diff of base and candidate, if they were held against each other
  FullReport of(
      OpenModel candidate,
      LoadedModel loaded,
      String name,
      Measurement.Result result,
      Optional<ModelDiff> diff) {
    Quality quality = result.quality();
    Sanity sanity = measurement.sanity(loaded, source);
    ModelFacts facts = candidate.facts();
    Verdict verdict =
        Verdict.of(
            measurement
                .options()
                .gates(
                    quality instanceof Quality.Against
                        ? Gates.defaults(facts.bitsPerWeight())
                        : List.of(Gates.sound(), Gates.finite())),
            Measurements.of(quality).with(facts).with(sanity));
    Report report =
        new Report(
            measurement.making(baseline.note()),
            baseline.model(base).orElse(null),
            facts,
            text,
            quality,
            null,
            sanity,
            verdict);
    List<TensorLoss> losses = diff.map(TensorLoss::of).orElse(List.of());
    return new FullReport(name, facts.name(), report, result.details().with(losses));
  }
}
