package dev.quern.cli;

import dev.quern.cli.ReportMaker.Candidate;
import dev.quern.cli.ReportMaker.Extras;
import dev.quern.converter.Conversion;
import dev.quern.converter.ConversionException;
import dev.quern.converter.ConversionPlan;
import dev.quern.converter.ConversionSummary;
import dev.quern.converter.ModelSource;
import dev.quern.converter.PlannedOutput;
import dev.quern.converter.Planner;
import dev.quern.converter.WrittenOutput;
import dev.quern.formats.ModelView;
import dev.quern.formats.imatrix.ImportanceFiles;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.verifier.Contest;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.JsonReport;
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

/// `quern shrink`: the main job. Converts, runs source and result side by side over a text, and
/// writes the model, its report and checksums.
@Command(
    name = "shrink",
    mixinStandardHelpOptions = true,
    description = {
      "Converts and quantizes a model, measures the result against its source, and says whether it"
          + " may be published.",
      "Writes SOURCE-TYPE.gguf, report.html, .json and .md, report-*.arrow, model-card.md"
          + " and SHA256SUMS; with several types a report for each."
    })
final class ShrinkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SOURCE",
      description =
          "A model's folder, a file of any known kind, owner/name in the cache of Hugging Face, or"
              + " hf://owner/name[@revision].")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where the files go (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("out");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private ConversionFlags flags = new ConversionFlags();
  @Mixin private GgufFlags gguf = new GgufFlags();
  @Mixin private CalibrationFlags calibration = new CalibrationFlags();
  @Mixin private EvaluationOptions evaluation = new EvaluationOptions();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    evaluation.check(true, true);
    calibration.check(flags.importance());
    PrintWriter err = spec.commandLine().getErr();
    ConversionFlags.Wanted wanted = flags.wanted(gguf);
    int workers = threads.count();
    ShrinkFolder folder = new ShrinkFolder(output);
    try (ShrinkSource shrunk = open(workers, err);
        ImportanceMatrix matrix = importance(shrunk.model(), folder, err)) {
      ModelSource opened = shrunk.model();
      EvaluationText text = evaluation.text(shrunk.published().folder());
      ConversionPlan plan =
          Planner.plan(
              opened,
              flags.request(wanted, recipe -> OutputName.in(output, opened, recipe), true, matrix));
      if (!flags.force()) {
        folder.requireOwn(files(plan, folder));
      }
      new PlanPrinter(spec.commandLine().getOut(), err).notes(plan);
      Measurement measurement = new Measurement(text, evaluation, new PassOptions(), workers, err);
      measurement.requireEnough(opened.view());
      ConversionSummary summary = convert(plan, workers, err);
      // now already, so that a run that stops while measuring may be repeated
      folder.addSums(plan.outputs().stream().flatMap(one -> one.paths().stream()).toList());
      int code = judge(shrunk, summary.outputs(), measurement, folder);
      Conversion.forget(plan);
      shrunk.finish();
      return code;
    }
  }

  private ShrinkSource open(int workers, PrintWriter err) {
    ShrinkSource.Fetching how = new ShrinkSource.Fetching(workers, err);
    return ShrinkSource.open(source, flags.source(), output, flags, how);
  }

  /// The matrix that was named, or one that is made now and lies beside the model.
  private @Nullable ImportanceMatrix importance(
      ModelSource opened, ShrinkFolder folder, PrintWriter err) {
    if (!calibration.isWanted()) {
      return flags.importance().open();
    }
    if (!opened.problems().isEmpty()) {
      throw new ConversionException(opened.problems());
    }
    Path name = Path.of(opened.defaultName() + "-imatrix.gguf");
    Path file = output.resolve(name);
    if (!flags.force()) {
      folder.requireOwn(List.of(file));
    }
    flags.importance().check(true);
    ImportanceMatrix made = calibration.run(threads.count()).of(opened.view(), file, err);
    folder.create();
    ImportanceFiles.write(made, file, ImportanceFiles.Format.GGUF);
    folder.addSums(List.of(file));
    return ImportanceMatrix.open(file).called(name); // no folder of this machine is published
  }

  private static List<Path> files(ConversionPlan plan, ShrinkFolder folder) {
    List<Path> files = new ArrayList<>();
    List<String> reports = new ArrayList<>();
    for (PlannedOutput output : plan.outputs()) {
      files.addAll(output.paths());
      reports.add(reportName(output.recipe(), plan.outputs().size()));
    }
    files.addAll(folder.reports(reports));
    return files;
  }

  private static String reportName(Recipe recipe, int count) {
    return count == 1 ? "report" : "report-" + recipe.name();
  }

  private ConversionSummary convert(ConversionPlan plan, int workers, PrintWriter err) {
    ConversionSummary summary;
    try (Steps steps = Steps.of("converting")) {
      summary = Conversion.run(plan, flags.execution(workers, true, steps::step));
    }
    new PlanPrinter(err, err).summary(summary, false);
    return summary;
  }

  private int judge(
      ShrinkSource shrunk,
      List<WrittenOutput> outputs,
      Measurement measurement,
      ShrinkFolder folder) {
    try (Closing closing = new Closing()) {
      List<Candidate> candidates =
          outputs.stream().map(written -> open(written, outputs.size(), closing)).toList();
      LoadedModel from = load(shrunk.model().view(), closing);
      Measurement.Found found =
          measurement.run(
              candidates.stream().map(Candidate::loaded).toList(),
              Optional.of(from),
              new Base.Model(Optional.empty()),
              candidates.stream().map(one -> folder.tokens(one.name())).toList());
      ReportMaker maker =
          new ReportMaker(
              measurement, "", Optional.of(shrunk.facts()), Optional.of(from), found.facts());
      TokenizerProof proof =
          TokenizerProof.of(shrunk.published().tokenizerFolder(), spec.commandLine().getErr());
      List<FullReport> reports = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        Extras extras = extras(candidates.get(i).opened(), outputs.get(i), proof, measurement);
        reports.add(maker.of(candidates.get(i), found.results().get(i), extras));
      }
      folder.addSums(folder.write(reports, found.contests()));
      print(outputs, reports, found.contests(), folder);
      return ExitCode.of(FullReport.passed(reports));
    }
  }

  private Candidate open(WrittenOutput written, int count, Closing closing) {
    Recipe recipe = written.planned().recipe();
    OpenModel opened = closing.add(OpenModel.open(written.planned().path()), OpenModel::close);
    LoadedModel loaded = load(opened.view(), closing);
    return new Candidate(opened, loaded, reportName(recipe, count), recipe.name());
  }

  private static Extras extras(
      OpenModel candidate, WrittenOutput written, TokenizerProof proof, Measurement measurement) {
    return new Extras(
        Optional.of(measurement.speed(candidate.view())),
        proof.check(candidate, measurement.text().text()),
        FullReport.losses(written.errors()));
  }

  private LoadedModel load(ModelView view, Closing closing) {
    return closing.add(LoadedModel.of(view, threads.count()), LoadedModel::close);
  }

  private void print(
      List<WrittenOutput> outputs,
      List<FullReport> reports,
      List<Contest> contests,
      ShrinkFolder folder) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<String> documents =
          reports.stream().map(one -> JsonReport.of(one.report()).strip()).toList();
      out.println(
          documents.size() == 1 ? documents.getFirst() : "[" + String.join(",\n", documents) + "]");
      return;
    }
    for (int i = 0; i < reports.size(); i++) {
      new ReportPrinter(out).print(outputs.get(i).planned().path(), reports.get(i).report());
      out.println();
    }
    new ContestPrinter(out).print(reports.stream().map(FullReport::report).toList(), contests);
    out.printf("report and checksums are in %s%n", folder.path());
  }
}
