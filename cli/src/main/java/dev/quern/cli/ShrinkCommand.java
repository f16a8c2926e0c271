package dev.quern.cli;

import dev.quern.converter.Conversion;
import dev.quern.converter.ConversionOptions;
import dev.quern.converter.ConversionPlan;
import dev.quern.converter.ConversionRequest;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ConversionSummary;
import dev.quern.converter.ModelSource;
import dev.quern.converter.PlannedOutput;
import dev.quern.converter.Planner;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.JsonReport;
import dev.quern.verifier.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
      "Converts and quantizes a model, measures the result against its source, and says whether it may be published.",
      "Writes SOURCE-TYPE.gguf, report.json, report.md and SHA256SUMS; with several types a report for each."
    })
final class ShrinkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SOURCE",
      description = "A model's folder, or a .gguf file of 16/32-bit weights.")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where the files go (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("out");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private ConversionFlags flags = new ConversionFlags();
  @Mixin private EvaluationOptions evaluation = new EvaluationOptions();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    evaluation.check(true, true);
    PrintWriter err = spec.commandLine().getErr();
    List<Recipe> recipes = flags.recipes();
    ShrinkFolder folder = new ShrinkFolder(output);
    try (ModelSource opened = ModelSource.open(source, flags.source())) {
      opened.warnings().forEach(warning -> err.println("warning: " + warning));
      EvaluationText text = evaluation.text(ShrinkFolder.besideOf(source));
      List<Target> targets =
          recipes.stream()
              .map(recipe -> new Target(recipe, OutputName.in(output, opened, recipe)))
              .toList();
      boolean replace = flags.force() || folder.made(targets.stream().map(Target::path).toList());
      ConversionPlan plan =
          Planner.plan(
              opened, new ConversionRequest(targets, flags.types(), flags.strict(), replace));
      new PlanPrinter(spec.commandLine().getOut(), err).notes(plan);
      convert(plan, err);
      return judge(opened, plan, text, folder);
    }
  }

  private void convert(ConversionPlan plan, PrintWriter err) {
    try (Steps steps = Steps.of("converting")) {
      ConversionSummary summary =
          Conversion.run(plan, new ConversionOptions(threads.count(), flags.clamp(), steps::step));
      for (PlannedOutput file : summary.outputs()) {
        err.printf(
            "%s: %s, %s bits per weight, converted in %s s%n",
            file.path(),
            Units.bytes(file.size()),
            Units.two(file.bitsPerWeight()),
            Units.two(summary.seconds()));
      }
      new PlanPrinter(err, err).counted(summary);
    }
  }

  private int judge(
      ModelSource opened, ConversionPlan plan, EvaluationText text, ShrinkFolder folder) {
    Measurement measurement = new Measurement(text, evaluation, threads.count());
    Map<PlannedOutput, Report> reports = new LinkedHashMap<>();
    for (PlannedOutput file : plan.outputs()) {
      try (OpenModel candidate = OpenModel.open(file.path())) {
        reports.put(file, ShrinkReport.of(opened, candidate, measurement));
      }
    }
    List<Path> written = new ArrayList<>();
    for (Map.Entry<PlannedOutput, Report> entry : reports.entrySet()) {
      String name = reports.size() == 1 ? "report" : "report-" + entry.getKey().recipe().name();
      written.add(entry.getKey().path());
      written.addAll(folder.write(name, entry.getValue()));
    }
    folder.writeSums(written);
    print(reports, folder);
    boolean passed = reports.values().stream().allMatch(report -> report.verdict().passed());
    return passed ? ExitCode.DONE : ExitCode.GATE_MISSED;
  }

  private void print(Map<PlannedOutput, Report> reports, ShrinkFolder folder) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<String> documents =
          reports.values().stream().map(report -> JsonReport.of(report).strip()).toList();
      out.println(
          documents.size() == 1 ? documents.getFirst() : "[" + String.join(",\n", documents) + "]");
      return;
    }
    reports.forEach((file, report) -> new ReportPrinter(out).print(file.path(), report));
    out.printf("%nreport and checksums are in %s%n", folder.path());
  }
}
