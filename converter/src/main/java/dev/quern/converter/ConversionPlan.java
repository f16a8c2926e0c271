package dev.quern.converter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a conversion will write: immutable, complete, and known before one weight is read. Valid
/// until its source, or its importance matrix, is closed.
public final class ConversionPlan {
  private final ModelSource source;
  private final List<PlannedOutput> outputs;
  private final List<String> warnings;
  private final Map<String, SourceWeight> weights = new LinkedHashMap<>();
  private final Map<String, TensorImportance> importance;

  ConversionPlan(
      ModelSource source,
      LayerPruning pruning,
      List<PlannedOutput> outputs,
      Map<String, TensorImportance> importance,
      List<String> warnings) {
    this.source = source;
    this.outputs = List.copyOf(outputs);
    this.importance = Map.copyOf(importance);
    this.warnings = List.copyOf(warnings);
    Set<String> written =
        outputs.stream()
            .flatMap(output -> output.tensors().stream())
            .map(tensor -> tensor.info().name())
            .collect(Collectors.toSet());
    for (SourceWeight weight : pruning.weights()) {
      weights.put(weight.info().name(), weight);
      weight.scales().stream()
          .filter(scale -> written.contains(scale.info().name()))
          .forEach(scale -> weights.put(scale.info().name(), scale));
    }
  }

  /// The model that is read.
  public ModelSource source() {
    return source;
  }

  /// The files that are written.
  public List<PlannedOutput> outputs() {
    return outputs;
  }

  /// What a user should know before it is carried out, a line each.
  public List<String> warnings() {
    return warnings;
  }

  /// Weights in each output.
  public long weights() {
    return weights.values().stream().mapToLong(weight -> weight.info().shape().elements()).sum();
  }

  /// How the weights of a tensor come about when the source's files have them otherwise, in a few
  /// words: what is added to them, or that they are decoded, or repacked without loss; empty if the
  /// source has them as they are.
  public Optional<String> provenance(PlannedTensor tensor) {
    SourceWeight weight = weight(tensor.info().name());
    if (!weight.made().isEmpty()) {
      return Optional.of(weight.made());
    }
    boolean same = weight.stored(tensor.info().type()).isPresent();
    return weight
        .reader()
        .encoding()
        .map(words -> (same ? "repacked from " : "decoded from ") + words);
  }

  /// The tensors that are read, under the names of the outputs, in the order of the source.
  List<SourceWeight> read() {
    return List.copyOf(weights.values());
  }

  /// How much the columns of `tensor` count, if that was measured.
  Optional<TensorImportance> importance(String tensor) {
    return Optional.ofNullable(importance.get(tensor));
  }

  /// Where the weights of `tensor` are read.
  SourceWeight weight(String tensor) {
    SourceWeight weight = weights.get(tensor);
    if (weight == null) {
      throw new IllegalArgumentException("no tensor " + tensor);
    }
    return weight;
  }
}
