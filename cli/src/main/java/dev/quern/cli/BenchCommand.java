package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.verifier.PeakMemory;
import dev.quern.verifier.SpeedBenchmark;
import dev.quern.verifier.SpeedSamples;
import dev.quern.verifier.Workload;
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

/// `quern bench`: how fast a model reads and writes, in the rows of llama-bench.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Times a model as llama-bench does: prompts (pp) and tokens one by one (tg), after a run that"
          + " does not count.",
      "Lists are numbers with commas; 0 leaves a test out."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = "A .gguf file, or a model's folder.")
  private Path model = Path.of("");

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "LIST",
      split = ",",
      description = "Tokens of a prompt (default: 512).")
  private List<Integer> prompts = List.of(512);

  @Option(
      names = {"-n", "--tokens"},
      paramLabel = "LIST",
      split = ",",
      description = "Tokens made one by one (default: 128).")
  private List<Integer> generated = List.of(128);

  @Option(
      names = "-pg",
      paramLabel = "P,N",
      description = "A prompt and tokens after it, timed together; repeatable.")
  private List<String> pairs = new ArrayList<>();

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "LIST",
      split = ",",
      description = "Tokens read before, untimed (default: 0).")
  private List<Integer> depths = List.of(0);

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "LIST",
      split = ",",
      description = "Threads to compute with (default: all).")
  private List<Integer> threads = List.of(Runtime.getRuntime().availableProcessors());

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      description = "Runs that count (default: ${DEFAULT-VALUE}).")
  private int repetitions = 5;

  @Option(names = "--no-warmup", description = "Count from the first run on.")
  private boolean cold;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();
  @Mixin private BenchFormat format = new BenchFormat();

  @Override
  public Integer call() {
    List<Workload> workloads = workloads();
    List<EngineOptions> options = new ArrayList<>();
    for (int count : threads) {
      options.add(UsageException.check("--threads", () -> arithmetic.options(count)));
    }
    if (repetitions < 1 || repetitions > 1_000_000) {
      throw new UsageException("--repetitions is " + repetitions + ", wanted 1 to 1000000");
    }
    PeakMemory memory = new PeakMemory();
    List<BenchRow> rows = new ArrayList<>();
    long start = System.nanoTime();
    try (OpenModel opened = OpenModel.open(model)) {
      double opening = seconds(start);
      try (Steps steps = Steps.of("benchmarking")) {
        long total = (long) workloads.size() * options.size() * (repetitions + 1);
        Runnable afterRun = counter(steps, total, memory);
        for (EngineOptions one : options) {
          measure(opened, opening, one, workloads, afterRun, rows);
        }
      }
      format.print(opened.facts(), rows, memory.peaks(), spec.commandLine().getOut());
    }
    return ExitCode.DONE;
  }

  private void measure(
      OpenModel opened,
      double opening,
      EngineOptions options,
      List<Workload> workloads,
      Runnable afterRun,
      List<BenchRow> rows) {
    long start = System.nanoTime();
    try (LanguageModel running = opened.load(options)) {
      double load = opening + seconds(start);
      SpeedBenchmark benchmark = new SpeedBenchmark(running, repetitions, !cold);
      for (Workload workload : workloads) {
        SpeedSamples samples = benchmark.measure(workload, afterRun);
        rows.add(new BenchRow(options, running.batchSize(), load, samples));
      }
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static Runnable counter(Steps steps, long total, PeakMemory memory) {
    long[] done = {0};
    return () -> {
      steps.step(++done[0], total);
      memory.look();
    };
  }

  private List<Workload> workloads() {
    List<Workload> workloads = new ArrayList<>();
    for (int depth : depths) {
      prompts.stream()
          .filter(count -> count != 0)
          .forEach(count -> workloads.add(workload(count, 0, depth)));
      generated.stream()
          .filter(count -> count != 0)
          .forEach(count -> workloads.add(workload(0, count, depth)));
      pairs.forEach(pair -> workloads.add(pair(pair, depth)));
    }
    if (workloads.isEmpty()) {
      throw new UsageException("--prompt and --tokens leave nothing to time");
    }
    return workloads;
  }

  private static Workload pair(String pair, int depth) {
    if (!pair.matches("\\d{1,8},\\d{1,8}")) {
      throw new UsageException("-pg is " + pair + ", wanted two numbers such as 512,128");
    }
    int comma = pair.indexOf(',');
    return workload(
        Integer.parseInt(pair.substring(0, comma)),
        Integer.parseInt(pair.substring(comma + 1)),
        depth);
  }

  private static Workload workload(int prompt, int generated, int depth) {
    return UsageException.check("tokens", () -> new Workload(prompt, generated, depth));
  }
}
