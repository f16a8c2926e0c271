package dev.quern.converter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a conversion will write: immutable, complete, and known before one weight is read. Valid
/// until its source, or its importance matrix, is closed.
public final class ConversionPlan {
  private final ModelSource source;
  private final List<PlannedOutput> outputs;
  private final Map<String, SourceWeight> weights = new HashMap<>();
  private final Map<String, TensorImportance> importance;
  private final List<String> warnings;

  ConversionPlan(ModelSource source, List<PlannedOutput> outputs, ImportancePlan importance) {
    this.source = source;
    this.outputs = List.copyOf(outputs);
    this.importance = importance.tensors();
    this.warnings = importance.warnings();
    source.weights().forEach(weight -> weights.put(weight.info().name(), weight));
  }

  /// The model that is read.
  public ModelSource source() {
    return source;
  }

  /// The files that are written.
  public List<PlannedOutput> outputs() {
    return outputs;
  }

  /// Weights in each output.
  public long weights() {
    return source.weights().stream().mapToLong(weight -> weight.info().shape().elements()).sum();
  }

  /// What a user should know though it does not stop the conversion, a line each.
  public List<String> warnings() {
    return warnings;
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
