package dev.quern.cli;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.MetadataDifference;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.TensorDifference;
import dev.quern.verifier.TensorDifference.Changed;
import dev.quern.verifier.TensorDifference.Equal;
import dev.quern.verifier.TensorDifference.OnlyInFirst;
import dev.quern.verifier.TensorDifference.OnlyInSecond;
import dev.quern.verifier.TensorDifference.Reshaped;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prints how two models differ.
///
/// @param first the path of A
/// @param second the path of B
/// @param diff what was found
record DiffPrinter(Path first, Path second, ModelDiff diff) {

  void print(PrintWriter out) {
    out.printf("A         %s%n", first);
    out.printf("B         %s%n", second);
    if (diff.isEmpty()) {
      out.printf(
          "no difference: %s and all metadata are the same%n",
          Units.count(diff.tensors().size(), "tensor"));
      return;
    }
    printMetadata(out);
    printTensors(out);
  }

  private void printMetadata(PrintWriter out) {
    out.printf("metadata  %s%n", differing(diff.metadata().size(), "key"));
    for (MetadataDifference one : diff.metadata()) {
      out.printf(
          "  %s: %s -> %s%n", one.key(), display(one.firstValue()), display(one.secondValue()));
    }
  }

  private void printTensors(PrintWriter out) {
    List<Changed> changed =
        of(Changed.class).stream()
            .sorted(Comparator.comparingDouble(Changed::relativeError).reversed())
            .toList();
    out.printf(
        "tensors   %d the same, %d changed, %d reshaped, %d only in A, %d only in B%n",
        of(Equal.class).size(),
        changed.size(),
        of(Reshaped.class).size(),
        of(OnlyInFirst.class).size(),
        of(OnlyInSecond.class).size());
    of(OnlyInFirst.class).forEach(one -> out.printf("  only in A: %s%n", text(one.info())));
    of(OnlyInSecond.class).forEach(one -> out.printf("  only in B: %s%n", text(one.info())));
    of(Reshaped.class)
        .forEach(
            one ->
                out.printf(
                    "  reshaped: %s: %s -> %s%n",
                    one.name(), one.first().shape(), one.second().shape()));
    if (!changed.isEmpty()) {
      printChanged(changed, out);
    }
  }

  private static void printChanged(List<Changed> changed, PrintWriter out) {
    int width = changed.stream().mapToInt(one -> one.name().length()).max().orElse(1);
    String row = "  %-" + width + "s  %-8s %-8s %14s %14s%n";
    out.printf(row, "changed", "A", "B", "relative error", "largest");
    for (Changed one : changed) {
      out.printf(
          row,
          one.name(),
          one.first().type(),
          one.second().type(),
          number(one.relativeError()),
          number(one.largest()));
    }
  }

  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("a", first.toString());
    document.put("b", second.toString());
    document.put("same", diff.isEmpty());
    document.put("metadata", diff.metadata().stream().map(DiffPrinter::document).toList());
    document.put("tensors", diff.tensors().stream().map(DiffPrinter::document).toList());
    return document;
  }

  private static Map<String, Object> document(MetadataDifference one) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("key", one.key());
    one.first().ifPresent(value -> document.put("a", JsonMetadata.of(value, false)));
    one.second().ifPresent(value -> document.put("b", JsonMetadata.of(value, false)));
    return document;
  }

  private static Map<String, Object> document(TensorDifference one) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", one.name());
    switch (one) {
      case Equal _ -> document.put("difference", "none");
      case Changed changed -> {
        document.put("difference", "changed");
        document.put("a", changed.first().type().name());
        document.put("b", changed.second().type().name());
        document.put("relative_error", finite(changed.relativeError()));
        document.put("largest", finite(changed.largest()));
      }
      case Reshaped reshaped -> {
        document.put("difference", "reshaped");
        document.put("a", reshaped.first().shape().extents());
        document.put("b", reshaped.second().shape().extents());
      }
      case OnlyInFirst _ -> document.put("difference", "only in a");
      case OnlyInSecond _ -> document.put("difference", "only in b");
    }
    return document;
  }

  /// JSON has no NaN and no infinity: a string says which it is.
  private static Object finite(double value) {
    return Double.isFinite(value) ? value : Double.toString(value);
  }

  private <T extends TensorDifference> List<T> of(Class<T> kind) {
    return diff.tensors().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static String differing(int count, String thing) {
    return count == 0
        ? "the same"
        : Units.count(count, thing) + " differ" + (count == 1 ? "s" : "");
  }

  private static String display(@Nullable MetadataValue value) {
    return value == null ? "absent" : value.display();
  }

  private static String text(TensorInfo info) {
    return "%s, %s of %s".formatted(info.name(), info.type(), info.shape());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
