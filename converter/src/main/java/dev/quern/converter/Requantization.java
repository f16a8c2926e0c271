package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The tensors of an output whose weights were quantized before: what they lost then stays lost.
final class Requantization {
  private static final int NAMED = 3;

  private final Map<GgmlType, Integer> counts = new EnumMap<>(GgmlType.class);
  private final List<String> named = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private int count;

  private Requantization() {}

  /// Compares what `source` stores with what `output` shall store.
  static Requantization of(Map<String, SourceWeight> source, PlannedOutput output) {
    Requantization found = new Requantization();
    for (PlannedTensor tensor : output.tensors()) {
      SourceWeight weight = source.get(tensor.info().name());
      if (weight != null && weight.info().type() != tensor.info().type()) {
        found.add(weight, tensor.info());
      }
    }
    return found;
  }

  private void add(SourceWeight weight, TensorInfo wanted) {
    GgmlType type = weight.info().type();
    if (BlockCodecs.find(type).isEmpty()) {
      problems.add("%s is %s and cannot become %s".formatted(weight.origin(), type, wanted.type()));
    }
    if (type.isQuantized()) {
      count++;
      counts.merge(type, 1, Integer::sum);
      if (named.size() < NAMED) {
        named.add(wanted.name() + " (" + type + " to " + wanted.type() + ")");
      }
    }
  }

  /// Tensors whose numbers cannot be converted at all.
  List<String> problems() {
    return problems;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /// Why this needs permission.
  String refusal(ModelSource source) {
    return "%s: quantized already: %s%s; quantizing again loses twice: start from 16 or 32 bits, or allow it with --allow-requantize"
        .formatted(
            source.path(),
            String.join(", ", named),
            count > named.size() ? " and " + (count - named.size()) + " more" : "");
  }

  /// What is lost when it is permitted.
  String warning(PlannedOutput output) {
    String types =
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " of " + entry.getKey())
            .collect(Collectors.joining(", "));
    return "%s: %d of %d tensors are quantized a second time (%s): what the first time lost stays lost, and the errors add up"
        .formatted(output.path(), count, output.tensors().size(), types);
  }
}
