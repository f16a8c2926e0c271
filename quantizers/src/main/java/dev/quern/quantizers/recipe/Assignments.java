package dev.quern.quantizers.recipe;

import java.util.List;

/// The types of all tensors of a model.
///
/// @param tensors one for each, in the order of the output
/// @param unmatched the overrides that decided no tensor's type
public record Assignments(List<Assignment> tensors, List<TypeOverride> unmatched) {
  public Assignments {
    tensors = List.copyOf(tensors);
    unmatched = List.copyOf(unmatched);
  }

  /// The tensors that could not have the type that was wanted.
  public List<Assignment> fallbacks() {
    return tensors.stream()
        .filter(tensor -> tensor.reason() instanceof Assignment.Reason.Fallback)
        .toList();
  }
}
