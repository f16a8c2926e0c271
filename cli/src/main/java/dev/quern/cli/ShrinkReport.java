package dev.quern.cli;

import dev.quern.converter.ModelSource;
import dev.quern.converter.WrittenOutput;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.tokenizer.source.TokenizerCheck;
import dev.quern.verifier.Gate;
import dev.quern.verifier.Gates;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.Metric;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Report;
import dev.quern.verifier.Speed;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.sanity.Sanity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Measures results of `shrink` against their source.
///
/// @param measurement how it is measured
/// @param source the source
/// @param from the source, loaded
/// @param text what was read
record ShrinkReport(Measurement measurement, ModelSource source, LoadedModel from, TextFacts text) {
  /// The report called `name` on `candidate`, which was written as `written`.
  ///
  /// @param loaded the same
  /// @param result what its pass found
  /// @param tokenizer what was found when its tokenizer was held against the source's, if it was
  FullReport of(
      OpenModel candidate,
      LoadedModel loaded,
      String name,
      WrittenOutput written,
      Measurement.Result result,
      Optional<TokenizerCheck.Result> tokenizer) {
    Speed speed = measurement.speed(candidate.view());
    ModelFacts facts = candidate.facts();
    Sanity sanity = measurement.sanity(loaded, Optional.of(from));
    Measurements measured = Measurements.of(result.quality()).with(facts).with(speed).with(sanity);
    List<Gate> gates =
        new ArrayList<>(measurement.options().gates(Gates.defaults(facts.bitsPerWeight())));
    if (tokenizer.isPresent()) {
      measured = measured.withTokenizerDifferences(tokenizer.get().differences().size());
      if (gates.stream().noneMatch(gate -> gate.metric() == Metric.TOKENIZER_DIFFERENCES)) {
        gates.add(Gates.sameTokens());
      }
    }
    Verdict verdict = Verdict.of(gates, measured);
    long bytes = source.view().tensors().stream().mapToLong(TensorInfo::bytes).sum();
    Report report =
        new Report(
            measurement.making(""),
            ModelFacts.of(source.defaultName(), bytes, source.view()),
            facts,
            text,
            result.quality(),
            speed,
            sanity,
            verdict);
    return new FullReport(
        name,
        written.planned().recipe().name(),
        report,
        result.details().with(FullReport.losses(written.errors())));
  }
}
