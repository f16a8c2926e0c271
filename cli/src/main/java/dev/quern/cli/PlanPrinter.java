package dev.quern.cli;

import dev.quern.converter.ConversionPlan;
import dev.quern.converter.ConversionSummary;
import dev.quern.converter.PlannedOutput;
import dev.quern.converter.PlannedPart;
import dev.quern.converter.PlannedTensor;
import dev.quern.converter.WrittenOutput;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Prints what a conversion will do, and what it did.
final class PlanPrinter {
  private static final int NAMED = 3;

  private final PrintWriter out;
  private final PrintWriter err;

  PlanPrinter(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /// Says on stderr where the output departs from what was asked for.
  void notes(ConversionPlan plan) {
    plan.warnings().forEach(warning -> err.println("warning: " + warning));
    for (PlannedOutput output : plan.outputs()) {
      Map<String, List<String>> fallbacks = new LinkedHashMap<>();
      for (PlannedTensor tensor : output.fallbacks()) {
        fallbacks
            .computeIfAbsent(tensor.why() + ": " + tensor.info().type(), _ -> new ArrayList<>())
            .add(tensor.info().name());
      }
      fallbacks.forEach(
          (why, names) -> err.printf("note: %s: %s for %s%n", output.path(), why, some(names)));
      for (String override : output.unmatched()) {
        err.println("note: " + output.path() + ": no tensor matches --tensor-type " + override);
      }
    }
  }

  private static String some(List<String> names) {
    if (names.size() <= NAMED) {
      return String.join(", ", names);
    }
    return "%s and %d more tensors (--dry-run lists them)"
        .formatted(String.join(", ", names.subList(0, NAMED)), names.size() - NAMED);
  }

  void plan(ConversionPlan plan, boolean json) {
    notes(plan);
    if (json) {
      JsonOutput.print(
          Map.of("outputs", plan.outputs().stream().map(one -> document(plan, one)).toList()), out);
      return;
    }
    for (PlannedOutput output : plan.outputs()) {
      out.printf(
          "%s: %s, %d tensors, %s bits per weight%n",
          name(output),
          Units.bytes(output.size()),
          output.tensors().size(),
          Units.two(output.bitsPerWeight()));
      for (PlannedPart part : output.parts()) {
        if (output.parts().size() > 1) {
          out.printf(
              "%s: %s, %s%n",
              part.path(), Units.bytes(part.size()), Units.count(part.tensors().size(), "tensor"));
        }
        part.tensors().forEach(tensor -> line(plan, tensor));
      }
    }
  }

  private void line(ConversionPlan plan, PlannedTensor tensor) {
    out.printf(
        "  %12d  %-8s %-18s %-32s %s%s%n",
        tensor.offset(),
        tensor.info().type(),
        tensor.info().shape(),
        tensor.info().name(),
        tensor.why(),
        plan.provenance(tensor).map(words -> ", " + words).orElse(""));
  }

  void summary(ConversionSummary summary, boolean json) {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("seconds", summary.seconds());
      document.put("underflows", summary.underflows());
      document.put("clamped", summary.clamped());
      document.put("outputs", summary.outputs().stream().map(PlanPrinter::written).toList());
      JsonOutput.print(document, out);
      return;
    }
    for (WrittenOutput written : summary.outputs()) {
      PlannedOutput output = written.planned();
      out.printf(
          "%s: %s, %s bits per weight, %s%s, converted in %s s%n",
          name(output),
          Units.bytes(output.size()),
          Units.two(output.bitsPerWeight()),
          Units.count(output.fallbacks().size(), "fallback"),
          output.unmatched().isEmpty()
              ? ""
              : ", " + Units.count(output.unmatched().size(), "unmatched override"),
          Units.two(summary.seconds()));
      new ErrorPrinter(out, err).print(written);
    }
    counted(summary);
  }

  private void counted(ConversionSummary summary) {
    if (summary.underflows() > 0) {
      err.printf(
          "note: %s too small for F16 became 0%n", Units.count(summary.underflows(), "weight"));
    }
    if (summary.clamped() > 0) {
      err.printf(
          "note: %s beyond the range of F16 or BF16 clamped%n",
          Units.count(summary.clamped(), "weight"));
    }
  }

  private static String name(PlannedOutput output) {
    int parts = output.parts().size();
    return parts == 1 ? output.path().toString() : output.path() + " and " + (parts - 1) + " more";
  }

  private static Map<String, Object> written(WrittenOutput output) {
    Map<String, Object> document = totals(output.planned());
    document.put("relative_error", output.sums().relative());
    document.put("tensors", ErrorPrinter.documents(output));
    return document;
  }

  private static Map<String, Object> totals(PlannedOutput output) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("path", output.path().toString());
    if (output.parts().size() > 1) {
      document.put("parts", output.parts().stream().map(PlanPrinter::part).toList());
    }
    document.put("type", output.recipe().name());
    document.put("bytes", output.size());
    document.put("weights", output.weights());
    document.put("bits_per_weight", output.bitsPerWeight());
    document.put(
        "fallbacks", output.fallbacks().stream().map(tensor -> tensor.info().name()).toList());
    document.put("unmatched_overrides", output.unmatched());
    return document;
  }

  private static Map<String, Object> part(PlannedPart part) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("path", part.path().toString());
    document.put("bytes", part.size());
    document.put("tensors", part.tensors().size());
    return document;
  }

  private static Map<String, Object> document(ConversionPlan plan, PlannedOutput output) {
    Map<String, Object> document = totals(output);
    List<Map<String, Object>> tensors =
        output.tensors().stream().map(one -> tensor(plan, one)).toList();
    document.put("tensors", tensors);
    return document;
  }

  private static Map<String, Object> tensor(ConversionPlan plan, PlannedTensor tensor) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", tensor.info().name());
    document.put("type", tensor.info().type().name());
    document.put("shape", tensor.info().shape().extents());
    document.put("offset", tensor.offset());
    document.put("bytes", tensor.info().bytes());
    document.put("reason", tensor.why());
    plan.provenance(tensor).ifPresent(words -> document.put("provenance", words));
    return document;
  }
}
