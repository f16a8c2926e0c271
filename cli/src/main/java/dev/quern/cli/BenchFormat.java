package dev.quern.cli;

import dev.quern.verifier.Machine;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.SpeedSamples;
import dev.quern.verifier.Workload;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// How a benchmark is printed: a Markdown table and a few lines, or for programs.
final class BenchFormat {
  @ArgGroup private Choice choice = new Choice();

  /// One of them.
  private static final class Choice {
    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(names = "--csv", description = "Print lines of values with commas between.")
    private boolean csv;

    @Option(names = "--md", description = "Print the table alone, as Markdown.")
    private boolean table;
  }

  /// Prints `rows`, which are all of the model of `facts`.
  void print(ModelFacts facts, List<BenchRow> rows, Map<String, Long> memory, PrintWriter out) {
    if (choice.json) {
      JsonOutput.print(document(facts, rows, memory), out);
    } else if (choice.csv) {
      csv(facts, rows, out);
    } else {
      table(facts, rows, out);
      if (!choice.table) {
        out.println();
        details(rows, memory, out);
      }
    }
    out.flush();
  }

  private static void table(ModelFacts facts, List<BenchRow> rows, PrintWriter out) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("model", "size", "weights", "threads", "test", "t/s"));
    for (BenchRow row : rows) {
      SpeedSamples samples = row.samples();
      lines.add(
          List.of(
              facts.name(),
              Units.bytes(facts.bytes()),
              String.format(Locale.ROOT, "%.2f M", facts.weights() / 1e6),
              Integer.toString(row.options().threads()),
              samples.workload().name(),
              Units.two(samples.mean()) + " ± " + Units.two(samples.deviation())));
    }
    int[] widths = widths(lines);
    for (int i = 0; i < lines.size(); i++) {
      out.println(line(lines.get(i), widths));
      if (i == 0) {
        out.println(rule(widths));
      }
    }
  }

  private static int[] widths(List<List<String>> lines) {
    int[] widths = new int[lines.getFirst().size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - cells.get(i).length());
      line.append(' ').append(i == 0 ? cells.get(i) + space : space + cells.get(i)).append(" |");
    }
    return line.toString();
  }

  private static String rule(int[] widths) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < widths.length; i++) {
      line.append(' ').append("-".repeat(widths[i] - 1)).append(i == 0 ? "- |" : ": |");
    }
    return line.toString();
  }

  private static void details(List<BenchRow> rows, Map<String, Long> memory, PrintWriter out) {
    BenchRow first = rows.getFirst();
    out.println("arithmetic   " + ArithmeticOptions.describe(first.options()));
    out.println("batch        " + first.batch() + " tokens");
    out.printf(Locale.ROOT, "load time    %.3f s%n", first.loadSeconds());
    out.println("peak memory  " + memory(memory));
    out.println("java         " + Runtime.version());
  }

  private static String memory(Map<String, Long> memory) {
    return memory.entrySet().stream()
        .map(figure -> Units.bytes(figure.getValue()) + " " + figure.getKey())
        .reduce((one, other) -> one + ", " + other)
        .orElse("unknown");
  }

  private static Map<String, Object> document(
      ModelFacts facts, List<BenchRow> rows, Map<String, Long> memory) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("quern", Version.number());
    Machine machine = Machine.here(rows.getFirst().options().threads());
    document.put("system", machine.system());
    document.put("processor", machine.architecture());
    document.put("processors", machine.processors());
    document.put("java", machine.java());
    Map<String, Object> peaks = new LinkedHashMap<>();
    memory.forEach((what, bytes) -> peaks.put(what + "_bytes", bytes));
    document.put("peak_memory", peaks);
    document.put("results", rows.stream().map(row -> fields(facts, row, true)).toList());
    return document;
  }

  private static void csv(ModelFacts facts, List<BenchRow> rows, PrintWriter out) {
    out.println(String.join(",", fields(facts, rows.getFirst(), false).keySet()));
    for (BenchRow row : rows) {
      List<String> cells = new ArrayList<>();
      for (Object value : fields(facts, row, false).values()) {
        cells.add('"' + String.valueOf(value).replace("\"", "\"\"") + '"');
      }
      out.println(String.join(",", cells));
    }
  }

  /// A row under llama-bench's names where it has the same.
  private static Map<String, Object> fields(ModelFacts facts, BenchRow row, boolean samples) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Workload workload = row.samples().workload();
    fields.put("model_filename", facts.name());
    fields.put("model_size", facts.bytes());
    fields.put("model_n_params", facts.weights());
    fields.put("n_batch", row.batch());
    fields.put("n_threads", row.options().threads());
    fields.put("type_k", cache(row));
    fields.put("type_v", cache(row));
    fields.put("arithmetic", ArithmeticOptions.describe(row.options()));
    fields.put("load_seconds", row.loadSeconds());
    fields.put("test", workload.name());
    fields.put("n_prompt", workload.prompt());
    fields.put("n_gen", workload.generated());
    fields.put("n_depth", workload.depth());
    fields.put("avg_ns", Math.round(row.samples().meanNanoseconds()));
    fields.put("stddev_ns", Math.round(row.samples().deviationNanoseconds()));
    fields.put("avg_ts", row.samples().mean());
    fields.put("stddev_ts", row.samples().deviation());
    if (samples) {
      fields.put("samples_ns", row.samples().nanoseconds());
      fields.put("samples_ts", row.samples().tokensPerSecond());
    }
    return fields;
  }

  private static String cache(BenchRow row) {
    return row.options().cache().name().toLowerCase(Locale.ROOT);
  }
}
