package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.verifier.Contest;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Gates;
import dev.quern.verifier.JsonReport;
import dev.quern.verifier.Machine;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report;
import dev.quern.verifier.Report.Making;
import dev.quern.verifier.SideBySideJson;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.report.TensorLoss;
import dev.quern.verifier.sanity.Sanity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern verify`: what a model is worth, alone or beside the one that it came from.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Looks for what is wrong in a file; with a text measures perplexity and, against a base,"
            + " Kullback-Leibler divergence; judges all by gates.")
final class VerifyCommand implements Callable<Integer> {
  private static final String REPORT = "report";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "CANDIDATE",
      description = "A .gguf file, or a model's folder; several are held against one base.")
  private List<Path> candidates = List.of();

  private Path candidate = Path.of("");

  @Option(
      names = "--against",
      paramLabel = "BASE",
      description = "A .gguf file or a model's folder to compare with.")
  private @Nullable Path against;

  @Option(
      names = {"-o", "--output", "--report"},
      paramLabel = "FOLDER",
      description =
          "Write report.html, .json and .md, report-*.arrow, model-card.md and SHA256SUMS here.")
  private @Nullable Path output;

  @Option(names = "--force", description = "Replace files of others in the folder.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private EvaluationOptions evaluation = new EvaluationOptions();
  @Mixin private BaselineOptions baseline = new BaselineOptions();
  @Mixin private PassOptions pass = new PassOptions();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    evaluation.check(against != null || baseline.isGiven(), false);
    baseline.check(against != null, force);
    candidate = candidates.getFirst();
    Path beside = against == null ? candidate : against;
    if (against == null && output == null && !baseline.isWanted() && !evaluation.hasText(beside)) {
      return check();
    }
    PrintWriter out = spec.commandLine().getOut();
    EvaluationText text = evaluation.text(beside);
    if (pass.isWanted() || candidates.size() > 1) {
      return sideBySide(text);
    }
    if (!force) {
      folder().ifPresent(there -> there.requireOwn(there.reports(List.of(REPORT))));
    }
    try (OpenModel model = OpenModel.open(candidate)) {
      FullReport full =
          against == null ? report(model, Optional.empty(), text) : compare(model, against, text);
      Report report = full.report();
      folder().ifPresent(there -> there.addSums(there.write(List.of(full))));
      if (json) {
        out.print(JsonReport.of(report));
      } else {
        new ReportPrinter(out).print(candidate, report);
      }
      out.flush();
      return report.verdict().passed() ? ExitCode.DONE : ExitCode.GATE_MISSED;
    }
  }

  /// Without a text: what can be said of the file itself.
  private int check() {
    try (OpenModel model = OpenModel.open(candidate)) {
      Sanity sanity = new FileCheck(threads.count()).of(model.view());
      ModelFacts facts = model.facts();
      Verdict verdict =
          Verdict.of(evaluation.gates(List.of(Gates.sound())), Measurements.of(sanity).with(facts));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", candidate.toString());
        document.put("bytes", facts.bytes());
        document.put("bits_per_weight", facts.bitsPerWeight());
        document.put("sanity", FileCheck.document(sanity));
        document.put("passed", verdict.passed());
        JsonOutput.print(document, out);
      } else {
        new ReportPrinter(out).print(candidate, facts, sanity, verdict);
      }
      out.flush();
      return verdict.passed() ? ExitCode.DONE : ExitCode.GATE_MISSED;
    }
  }

  private Optional<ShrinkFolder> folder() {
    return Optional.ofNullable(output).map(ShrinkFolder::new);
  }

  private FullReport compare(OpenModel model, Path base, EvaluationText text) {
    try (OpenModel source = OpenModel.open(base)) {
      return report(model, Optional.of(source), text);
    }
  }

  private FullReport report(OpenModel model, Optional<OpenModel> base, EvaluationText text) {
    Optional<ModelView> view = base.map(OpenModel::view);
    Measurement measurement = measurement(text);
    Measurement.Result result =
        measurement.quality(
            model.view(),
            baseline.base(base),
            baseline.saving(model),
            folder().map(there -> there.tokens(REPORT)));
    Report report = report(model, base, measurement, result.quality(), result.facts());
    List<TensorLoss> losses = view.map(from -> losses(from, model.view())).orElse(List.of());
    return new FullReport(REPORT, report.candidate().name(), report, result.details().with(losses));
  }

  private Measurement measurement(EvaluationText text) {
    return new Measurement(text, evaluation, threads.count(), spec.commandLine().getErr());
  }

  private Report report(
      OpenModel model,
      Optional<OpenModel> base,
      Measurement measurement,
      Quality quality,
      TextFacts text) {
    Sanity sanity = measurement.sanity(model.view(), base.map(OpenModel::view));
    ModelFacts facts = model.facts();
    Measurements measured = Measurements.of(quality).with(facts).with(sanity);
    Verdict verdict =
        Verdict.of(
            evaluation.gates(
                quality instanceof Quality.Against
                    ? Gates.defaults(facts.bitsPerWeight())
                    : List.of(Gates.sound(), Gates.finite())),
            measured);
    Making making =
        new Making(
            "quern " + Version.number(),
            Measurement.exactly(threads.count()) + baseline.note(),
            Machine.here(threads.count()));
    ModelFacts source = baseline.model(base).orElse(null);
    return new Report(making, source, facts, text, quality, null, sanity, verdict);
  }

  /// What tensors lost, if a page will show it: that reads both models whole.
  private List<TensorLoss> losses(ModelView from, ModelView to) {
    if (output == null) {
      return List.of();
    }
    try (Steps steps = Steps.of("comparing")) {
      return TensorLoss.of(ModelDiff.between(from, to, threads.count(), steps::step));
    }
  }

  /// Walks all candidates in one pass.
  private int sideBySide(EvaluationText text) {
    if (against == null && candidates.size() > 1) {
      throw new UsageException("several candidates need a base to be held --against");
    }
    if (output != null) {
      throw new UsageException(
          "--output writes the report on one candidate, without --documents and --resume");
    }
    if (baseline.isWanted()) {
      throw new UsageException(
          "a baseline goes with one candidate, without --documents and --resume");
    }
    PrintWriter err = spec.commandLine().getErr();
    Passage passage = new Passage(text, evaluation, pass, threads.count(), err);
    Measurement measurement = measurement(text);
    List<OpenModel> opened = new ArrayList<>();
    try {
      candidates.forEach(path -> opened.add(OpenModel.open(path)));
      Optional<OpenModel> base = Optional.ofNullable(against).map(OpenModel::open);
      List<ModelView> views = opened.stream().map(OpenModel::view).toList();
      base.ifPresent(opened::add);
      Passage.Found found = passage.run(views, base.map(OpenModel::view));
      List<Report> reports = new ArrayList<>();
      for (int i = 0; i < views.size(); i++) {
        Quality quality = found.qualities().get(i);
        reports.add(report(opened.get(i), base, measurement, quality, found.facts()));
      }
      print(reports, found.contests());
      boolean passed = reports.stream().allMatch(report -> report.verdict().passed());
      return passed ? ExitCode.DONE : ExitCode.GATE_MISSED;
    } finally {
      opened.forEach(OpenModel::close);
    }
  }

  private void print(List<Report> reports, List<Contest> contests) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(
          reports.size() == 1
              ? JsonReport.of(reports.getFirst())
              : SideBySideJson.of(reports, contests));
    } else {
      for (int i = 0; i < reports.size(); i++) {
        new ReportPrinter(out).print(candidates.get(i), reports.get(i));
        out.println();
      }
      new ContestPrinter(out).print(reports, contests);
    }
    out.flush();
  }
}
