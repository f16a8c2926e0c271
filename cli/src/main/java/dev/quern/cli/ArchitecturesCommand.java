package dev.quern.cli;

import dev.quern.formats.architecture.Architecture;
import dev.quern.formats.architecture.Architectures;
import dev.quern.formats.architecture.RunnableFamilies;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `quern architectures`: the model families that are known.
@Command(
    name = "architectures",
    mixinStandardHelpOptions = true,
    description =
        "Lists the known model families: class names in config.json, whether models are converted"
            + " and run, and how that was proven.")
final class ArchitecturesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Set<String> runnable = Set.copyOf(RunnableFamilies.ids());
    List<Architecture> all =
        Architectures.all().stream().sorted(Comparator.comparing(Architecture::id)).toList();
    if (json) {
      JsonOutput.print(
          Map.of(
              "architectures",
              all.stream().map(one -> document(one, runnable.contains(one.id()))).toList()),
          out);
      return ExitCode.DONE;
    }
    for (Architecture one : all) {
      String can = runnable.contains(one.id()) ? "convert, run" : "convert";
      out.printf("%-12s %-12s  %s%n", one.id(), can, String.join(", ", one.classNames()));
      out.printf("%-12s %-12s  %s%n", "", "", one.proof());
      if (runnable.contains(one.id())) {
        out.printf("%-12s %-12s  %s%n", "", "", one.proofOfRun());
      }
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> document(Architecture architecture, boolean runs) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", architecture.id());
    document.put("classes", architecture.classNames());
    document.put("convert", true);
    document.put("run", runs);
    document.put("proof", architecture.proof());
    if (runs) {
      document.put("proof_of_run", architecture.proofOfRun());
    }
    return document;
  }
}
