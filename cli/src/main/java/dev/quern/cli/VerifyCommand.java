package dev.quern.cli;

import dev.quern.cli.ReportMaker.Candidate;
import dev.quern.cli.ReportMaker.Extras;
import dev.quern.formats.ModelView;
import dev.quern.verifier.Contest;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Gates;
import dev.quern.verifier.JsonReport;
import dev.quern.verifier.Measurements;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Report;
import dev.quern.verifier.SideBySideJson;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.blame.Blame;
import dev.quern.verifier.blame.Suspect;
import dev.quern.verifier.report.TensorLoss;
import dev.quern.verifier.sanity.Sanity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  @Mixin private BlameFlags blame = new BlameFlags();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    evaluation.check(against != null || baseline.isGiven(), false);
    baseline.check(against != null, force);
    blame.check(against != null && candidates.size() == 1);
    Path beside = against == null ? candidates.getFirst() : against;
    boolean alone = against == null && !baseline.isGiven();
    if (alone
        && output == null
        && !pass.isWanted()
        && !baseline.isWanted()
        && candidates.size() == 1
        && !evaluation.hasText(beside)) {
      return check(candidates.getFirst());
    }
    if (alone && candidates.size() > 1) {
      throw new UsageException("several candidates need a base to be held --against");
    }
    if (baseline.isWanted() && pass.isWanted()) {
      throw new UsageException("a baseline goes without --documents and --resume");
    }
    return measure(evaluation.text(beside));
  }

  /// Without a text: what can be said of the file itself.
  private int check(Path candidate) {
    try (OpenModel model = OpenModel.open(candidate)) {
      Sanity sanity = new FileCheck(threads.count()).of(model.view());
      ModelFacts facts = model.facts();
      Verdict verdict =
          Verdict.of(evaluation.gates(List.of(Gates.sound())), Measurements.of(sanity).with(facts));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.print(JsonReport.of(candidate.toString(), facts, sanity, verdict));
      } else {
        new ReportPrinter(out).print(candidate, facts, sanity, verdict);
      }
      out.flush();
      return ExitCode.of(verdict.passed());
    }
  }

  /// Walks all candidates in one pass.
  private int measure(EvaluationText text) {
    Optional<ShrinkFolder> folder = Optional.ofNullable(output).map(ShrinkFolder::new);
    if (!force) {
      folder.ifPresent(there -> there.requireOwn(there.reports(names())));
    }
    Measurement measurement =
        new Measurement(text, evaluation, pass, threads.count(), spec.commandLine().getErr());
    try (Closing closing = new Closing()) {
      List<OpenModel> opened = candidates.stream().map(path -> open(path, closing)).toList();
      Optional<OpenModel> base = Optional.ofNullable(against).map(path -> open(path, closing));
      return judge(measurement, opened, base, folder, closing);
    }
  }

  private int judge(
      Measurement measurement,
      List<OpenModel> opened,
      Optional<OpenModel> base,
      Optional<ShrinkFolder> folder,
      Closing closing) {
    List<Optional<ModelDiff>> diffs = opened.stream().map(model -> diff(base, model)).toList();
    List<Suspect> suspects = diffs.getFirst().map(blame::suspects).orElse(List.of());
    List<ModelView> views = new ArrayList<>(opened.stream().map(OpenModel::view).toList());
    base.ifPresent(from -> views.addAll(Blame.models(views.getFirst(), from.view(), suspects)));
    List<LoadedModel> models = views.stream().map(view -> load(view, closing)).toList();
    Optional<LoadedModel> source = base.map(from -> load(from.view(), closing));
    List<Candidate> judged = candidates(opened, models);
    List<Path> tables =
        folder.stream()
            .flatMap(there -> judged.stream().map(one -> there.tokens(one.name())))
            .toList();
    Measurement.Found found =
        measurement.run(models, source, baseline.base(opened.getFirst(), base), tables);
    ReportMaker maker =
        new ReportMaker(measurement, baseline.note(), baseline.model(base), source, found.facts());
    List<FullReport> reports = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      Extras extras = Extras.of(diffs.get(i).map(TensorLoss::of).orElse(List.of()));
      reports.add(maker.of(judged.get(i), found.results().get(i), extras));
    }
    folder.ifPresent(there -> there.addSums(there.write(reports, found.contests())));
    print(reports, found.contests(), blame.rank(suspects, found.results()));
    return ExitCode.of(FullReport.passed(reports));
  }

  private static OpenModel open(Path path, Closing closing) {
    return closing.add(OpenModel.open(path), OpenModel::close);
  }

  /// The first of `models` are those of `opened`.
  private List<Candidate> candidates(List<OpenModel> opened, List<LoadedModel> models) {
    List<String> names = names();
    List<Candidate> found = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      OpenModel model = opened.get(i);
      found.add(new Candidate(model, models.get(i), names.get(i), model.facts().name()));
    }
    return found;
  }

  /// Names of the reports: the candidates' own where there are several.
  private List<String> names() {
    if (candidates.size() == 1) {
      return List.of(REPORT);
    }
    List<String> names = new ArrayList<>();
    for (Path candidate : candidates) {
      String file = String.valueOf(candidate.toAbsolutePath().normalize().getFileName());
      String name = REPORT + "-" + file.replaceFirst("\\.gguf$", "");
      names.add(names.contains(name) ? name + "-" + (names.size() + 1) : name);
    }
    return names;
  }

  private LoadedModel load(ModelView view, Closing closing) {
    return closing.add(LoadedModel.of(view, threads.count()), LoadedModel::close);
  }

  /// What tensors lost, if a page shows it or it is looked for who is to blame: that reads both
  /// models whole.
  private Optional<ModelDiff> diff(Optional<OpenModel> base, OpenModel candidate) {
    if (base.isEmpty() || (output == null && !blame.isWanted())) {
      return Optional.empty();
    }
    try (Steps steps = Steps.of("comparing")) {
      return Optional.of(
          ModelDiff.between(base.get().view(), candidate.view(), threads.count(), steps::step));
    }
  }

  private void print(List<FullReport> full, List<Contest> contests, Optional<Blame> blamed) {
    List<Report> reports = full.stream().map(FullReport::report).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(
          reports.size() == 1
              ? JsonReport.of(reports.getFirst(), blamed)
              : SideBySideJson.of(reports, contests));
    } else {
      for (int i = 0; i < reports.size(); i++) {
        new ReportPrinter(out).print(candidates.get(i), reports.get(i));
        if (reports.size() > 1) {
          out.println();
        }
      }
      new ContestPrinter(out).print(reports, contests);
      blamed.ifPresent(one -> BlamePrinter.print(one, out));
    }
    out.flush();
  }
}
