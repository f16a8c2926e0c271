package dev.quern.cli;

import dev.quern.converter.ModelSource;
import dev.quern.converter.WrittenOutput;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.Gates;
import dev.quern.verifier.Machine;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Report;
import dev.quern.verifier.Report.Making;
import dev.quern.verifier.Speed;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.sanity.Sanity;
import java.util.Optional;

/// Measures a result of `shrink` against its source.
final class ShrinkReport {
  private ShrinkReport() {}

  /// The report called `name` on `candidate`, which was written as `written` to `folder`.
  static FullReport of(
      ModelSource source,
      OpenModel candidate,
      Measurement measurement,
      String name,
      ShrinkFolder folder,
      WrittenOutput written) {
    Measurement.Result result = 
        measurement.quality(
            candidate.view(), Optional.of(source.view()), Optional.of(folder.tokens(name)));
    Speed speed = measurement.speed(candidate.view());
    ModelFacts facts = candidate.facts();
    Sanity sanity = measurement.sanity(candidate.view(), Optional.of(source.view()));
    Measurements measured = Measurements.of(result.quality()).with(facts).with(speed).with(sanity);
    Verdict verdict =
        Verdict.of(measurement.options().gates(Gates.defaults(facts.bitsPerWeight())), measured);
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
