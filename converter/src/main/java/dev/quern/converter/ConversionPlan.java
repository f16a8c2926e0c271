package dev.quern.converter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a conversion will write: immutable, complete, and known before one weight is read. Valid
/// until its source is closed.
public final class ConversionPlan {
  private final ModelSource source;
  private final List<PlannedOutput> outputs;
  private final Map<String, SourceWeight> weights = new HashMap<>();

  ConversionPlan(ModelSource source, List<PlannedOutput> outputs) {
    this.source = source;
    this.outputs = List.copyOf(outputs);
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

  /// Where the weights of `tensor` are read.
  SourceWeight weight(String tensor) {
    SourceWeight weight = weights.get(tensor);
    if (weight == null) {
      throw new IllegalArgumentException("no tensor " + tensor);
    }
    return weight;
  }
}
