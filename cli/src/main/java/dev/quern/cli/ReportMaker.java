package dev.quern.cli;

import dev.quern.formats.tokenizer.source.TokenizerCheck;
import dev.quern.verifier.Gate;
import dev.quern.verifier.Gates;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.Metric;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report;
import dev.quern.verifier.Speed;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.report.TensorLoss;
import dev.quern.verifier.sanity.Sanity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts together what was found of candidates.
///
/// @param measurement how they are measured
/// @param note what is to know of the base
/// @param base what they are held against, if anything
/// @param source the same, loaded, if it is a model that is here
/// @param text what was read
record ReportMaker(
    Measurement measurement,
    String note,
    Optional<ModelFacts> base,
    Optional<LoadedModel> source,
    TextFacts text) {

  /// A candidate.
  ///
  /// @param opened its file
  /// @param loaded the same
  /// @param name of the report's files
  /// @param label a short name
  record Candidate(OpenModel opened, LoadedModel loaded, String name, String label) {}

  /// What was found beside a pass over the text.
  ///
  /// @param speed if it was measured
  /// @param tokens of the source's tokenizer beside the candidate's, if that ran
  /// @param losses of tensors, as far as they are known
  record Extras(
      Optional<Speed> speed, Optional<TokenizerCheck.Result> tokens, List<TensorLoss> losses) {
    /// Nothing but `losses`.
    static Extras of(List<TensorLoss> losses) {
      return new Extras(Optional.empty(), Optional.empty(), losses);
    }
  }

  /// The report on `candidate`, of which `result` is what its pass found.
  FullReport of(Candidate candidate, Measurement.Result result, Extras extras) {
    ModelFacts facts = candidate.opened.facts();
    Sanity sanity = measurement.sanity(candidate.loaded, source);
    Report report =
        new Report(
            measurement.making(note),
            base.orElse(null),
            facts,
            text,
            result.quality(),
            extras.speed.orElse(null),
            sanity,
            verdict(facts, result.quality(), sanity, extras));
    return new FullReport(
        candidate.name, candidate.label, report, result.details().with(extras.losses));
  }

  private Verdict verdict(ModelFacts facts, Quality quality, Sanity sanity, Extras extras) {
    List<Gate> gates =
        new ArrayList<>(
            measurement.options().gates(Gates.defaults(quality, facts.bitsPerWeight())));
    Measurements measured = Measurements.of(quality).with(facts).with(sanity);
    if (extras.speed.isPresent()) {
      measured = measured.with(extras.speed.get());
    }
    if (extras.tokens.isPresent()) {
      measured = measured.withTokenizerDifferences(extras.tokens.get().differences().size());
      if (gates.stream().noneMatch(gate -> gate.metric() == Metric.TOKENIZER_DIFFERENCES)) {
        gates.add(Gates.sameTokens());
      }
    }
    return Verdict.of(gates, measured);
  }
}
