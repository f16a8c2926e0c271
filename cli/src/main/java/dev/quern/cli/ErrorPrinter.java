package dev.quern.cli;

import dev.quern.converter.TensorError;
import dev.quern.converter.WrittenOutput;
import dev.quern.quantizers.ErrorSums;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Prints what the types of a written file cost.
final class ErrorPrinter {
  private static final int WORST = 3;

  private final PrintWriter out;
  private final PrintWriter err;

  ErrorPrinter(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /// The relative error of all tensors together, and the worst ones.
  void print(WrittenOutput output) {
    List<TensorError> worst = output.worst(WORST);
    if (!worst.isEmpty()) {
      out.printf("  relative error %s (RMSE / RMS of the source)", both(output.sums()));
      String names =
          worst.stream()
              .map(
                  one ->
                      "%s %s %s".formatted(one.info().name(), one.info().type(), both(one.sums())))
              .collect(Collectors.joining(", "));
      out.printf("; worst: %s%n", names);
    }
    for (TensorError tensor : output.withDeadBlocks()) {
      err.printf(
          "note: %s: %s of %s became all zero in %s though the weights were not%n",
          output.planned().path(),
          Units.count(tensor.sums().deadBlocks(), "block"),
          tensor.info().name(),
          tensor.info().type());
    }
  }

  /// One entry for every tensor that is not `F32`.
  static List<Map<String, Object>> documents(WrittenOutput output) {
    return output.errors().stream().map(ErrorPrinter::document).toList();
  }

  private static Map<String, Object> document(TensorError tensor) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", tensor.info().name());
    document.put("type", tensor.info().type().name());
    document.put("relative_error", tensor.sums().relative());
    if (tensor.isWeighted()) {
      document.put("weighted_relative_error", tensor.sums().weightedRelative());
    }
    document.put("dead_blocks", tensor.sums().deadBlocks());
    return document;
  }

  private static String both(ErrorSums sums) {
    String plain = number(sums.relative());
    return sums.weightedEnergy() > 0
        ? plain + " (" + number(sums.weightedRelative()) + " by importance)"
        : plain;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
