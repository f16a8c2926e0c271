package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceStatistics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern calibrate`: an importance matrix from a model and texts.
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    description =
        "Measures over texts how much the columns of each weight matrix matter, as llama-imatrix does.")
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = "A .gguf file, or a model's folder.")
  private Path model = Path.of("");

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE[=WEIGHT]",
      description =
          "UTF-8 text to calibrate on, repeatable; each of its tokens counts WEIGHT times (default: 1).")
  private List<String> texts = new ArrayList<>();

  @Option(names = "--process-output", description = "Measure the output matrix too.")
  private boolean withOutput;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private CutOptions cut = new CutOptions();
  @Mixin private MatrixFile output = new MatrixFile();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    cut.check();
    output.check();
    List<CalibrationText> parsed =
        texts.stream().map(text -> CalibrationText.parse("--text", text)).toList();
    CalibrationRun run =
        new CalibrationRun(parsed, cut.context(), cut.chunks(), withOutput, threads.count());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (OpenModel opened = OpenModel.open(model);
        ImportanceMatrix matrix = run.of(opened.view(), output.path(), err)) {
      output.write(matrix);
      new ImatrixPrinter(out).print(matrix, ImportanceStatistics.of(matrix), json);
      if (!json) {
        coverage(opened.view(), matrix, out);
      }
      return ExitCode.DONE;
    }
  }

  /// Names the matrices of blocks that met no input.
  private static void coverage(ModelView view, ImportanceMatrix matrix, PrintWriter out) {
    List<String> missing =
        view.tensors().stream()
            .filter(info -> info.shape().rank() > 1)
            .map(TensorInfo::name)
            .filter(name -> name.startsWith("blk.") && name.endsWith(".weight"))
            .filter(name -> matrix.entry(name).isEmpty())
            .toList();
    out.println();
    missing.forEach(name -> out.println(name + ": nothing was measured"));
    long idle = ImatrixPrinter.idleMatrices(matrix);
    out.printf(
        "%s measured, %d not; %s never asked%n",
        Units.count(matrix.entries().size(), "tensor"),
        missing.size(),
        Units.count(idle, "expert matrix").replace("matrixs", "matrices"));
  }
}
