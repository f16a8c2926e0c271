package dev.quern.cli;

import dev.quern.converter.ModelSource;
import dev.quern.converter.WrittenOutput;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.tokenizer.source.TokenizerCheck;
import dev.quern.verifier.Gate;
import dev.quern.verifier.Gates;
import dev.quern.verifier.Machine;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.Metric;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Report;
import dev.quern.verifier.Report.Making;
import dev.quern.verifier.Speed;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.sanity.Sanity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Measures results of `shrink` against their source.
///
/// @param source the source
/// @param measurement how it is measured
/// @param folder where the files go
record ShrinkReport(ModelSource source, Measurement measurement, ShrinkFolder folder) {
  /// The report called `name` on `candidate`, which was written as `written`.
  ///
  /// @param tokenizer what was found when its tokenizer was held against the source's, if it was
  FullReport of(
      OpenModel candidate,
      String name,
      WrittenOutput written,
      Optional<TokenizerCheck.Result> tokenizer) {
    Measurement.Result result =
        measurement.quality(
            candidate.view(),
            Optional.of(new Base.Model(source.view(), Optional.empty())),
            Optional.empty(),
            Optional.of(folder.tokens(name)));
    Speed speed = measurement.speed(candidate.view());
    ModelFacts facts = candidate.facts();
    Sanity sanity = measurement.sanity(candidate.view(), Optional.of(source.view()));
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
    Making making =
        new Making(
            "quern " + Version.number(),
            Measurement.exactly(measurement.threads()),
            Machine.here(measurement.threads()));
    long bytes = source.view().tensors().stream().mapToLong(TensorInfo::bytes).sum();
    ModelFacts from = ModelFacts.of(source.defaultName(), bytes, source.view());
    Report report =
        new Report(making, from, facts, result.facts(), result.quality(), speed, sanity, verdict);
    return new FullReport(
        name,
        written.planned().recipe().name(),
        report,
        result.details().with(FullReport.losses(written.errors())));
  }
}
