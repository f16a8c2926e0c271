package dev.quern.cli;

import dev.quern.converter.Conversion;
import dev.quern.converter.ConversionException;
import dev.quern.converter.ConversionPlan;
import dev.quern.converter.ConversionRequest;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ConversionSummary;
import dev.quern.converter.GgufOptions;
import dev.quern.converter.ModelSource;
import dev.quern.converter.PlannedOutput;
import dev.quern.converter.Planner;
import dev.quern.converter.WrittenOutput;
import dev.quern.formats.imatrix.ImportanceFiles;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.JsonReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    List<Recipe> recipes = flags.recipes();
    RecipeOptions types = flags.types();
    GgufOptions changes = gguf.options();
    int workers = threads.count();
    ShrinkFolder folder = new ShrinkFolder(output);
    ShrinkSource.Fetching how = new ShrinkSource.Fetching(workers, err);
    try (ShrinkSource shrunk = ShrinkSource.open(source, flags.source(), output, flags, how);
        ImportanceMatrix matrix = importance(shrunk.model(), folder, err)) {
      ModelSource opened = shrunk.model();
      EvaluationText text = evaluation.text(shrunk.published().folder());
      List<Target> targets =
          recipes.stream()
              .map(recipe -> new Target(recipe, OutputName.in(output, opened, recipe)))
              .toList();
      ConversionPlan plan =
          Planner.plan(
              opened,
              new ConversionRequest(
                  targets,
                  types,
                  flags.strict(),
                  true,
                  changes,
                  flags.importance().request(matrix),
                  flags.resumes()));
      if (!flags.force()) {
        folder.requireOwn(files(plan, folder));
      }
      new PlanPrinter(spec.commandLine().getOut(), err).notes(plan);
      Measurement measurement = new Measurement(text, evaluation, workers, err);
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

  /// The matrix that was named, or one that is made now.
  private @Nullable ImportanceMatrix importance(
      ModelSource opened, ShrinkFolder folder, PrintWriter err) {
    if (!calibration.isWanted()) {
      return flags.importance().open();
    }
    if (!opened.problems().isEmpty()) {
      throw new ConversionException(opened.problems());
    }
    Path file = output.resolve(opened.defaultName() + "-imatrix.gguf");
    if (!flags.force()) {
      folder.requireOwn(List.of(file));
    }
    flags.importance().check(true);
    ImportanceMatrix made = calibration.run(threads.count()).of(opened.view(), file, err);
    folder.create();
    ImportanceFiles.write(made, file, ImportanceFiles.Format.GGUF);
    folder.addSums(List.of(file));
    return ImportanceMatrix.open(file);
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
    Map<Path, FullReport> reports = new LinkedHashMap<>();
    TokenizerProof proof =
        new TokenizerProof(shrunk.published().tokenizerFolder(), spec.commandLine().getErr());
    ShrinkReport maker = new ShrinkReport(shrunk.model(), measurement, folder);
    for (WrittenOutput written : outputs) {
      Path file = written.planned().path();
      String name = reportName(written.planned().recipe(), outputs.size());
      try (OpenModel candidate = OpenModel.open(file)) {
        reports.put(
            file,
            maker.of(candidate, name, written, proof.check(candidate, measurement.text().text())));
      }
    }
    folder.addSums(folder.write(List.copyOf(reports.values())));
    print(reports, folder);
    boolean passed = reports.values().stream().allMatch(one -> one.report().verdict().passed());
    return passed ? ExitCode.DONE : ExitCode.GATE_MISSED;
  }

  private void print(Map<Path, FullReport> reports, ShrinkFolder folder) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<String> documents =
          reports.values().stream().map(one -> JsonReport.of(one.report()).strip()).toList();
      out.println(
          documents.size() == 1 ? documents.getFirst() : "[" + String.join(",\n", documents) + "]");
      return;
    }
    reports.forEach(
        (file, one) -> {
          new ReportPrinter(out).print(file, one.report());
          out.println();
        });
    out.printf("report and checksums are in %s%n", folder.path());
  }
}
