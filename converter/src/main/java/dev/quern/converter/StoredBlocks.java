package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.recipe.Assignment;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.TensorFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The tensors of a source that may stay blocks as they are, and the scales that go with them.
final class StoredBlocks {
  private final Map<String, SourceWeight> weights = new HashMap<>();

  StoredBlocks(List<SourceWeight> weights) {
    weights.forEach(weight -> this.weights.put(weight.info().name(), weight));
  }

  /// Notes a recipe that keeps what nothing is stored as.
  void check(ModelSource source, Recipe recipe, List<String> problems) {
    if (recipe.keepsStored()
        && weights.values().stream().allMatch(one -> one.stored(recipe.kept()).isEmpty())) {
      problems.add(
          "%s: %s keeps tensors that are stored so, and none is; --tensor-type REGEX=%s quantizes some"
              .formatted(source.path(), recipe, recipe.kept()));
    }
  }

  /// A matrix in the type that the recipe keeps if the source stores it so, else in the source's
  /// own of 16 or 32 bits.
  Assignment settle(Assignment one, Recipe recipe) {
    if (!recipe.keepsStored() || !(one.reason() instanceof Assignment.Reason.Mix)) {
      return one;
    }
    SourceWeight weight = weight(one);
    GgmlType kept = recipe.kept();
    GgmlType type = weight.stored(kept).isPresent() ? kept : weight.info().type();
    return new Assignment(one.tensor(), type, one.reason());
  }

  /// `all`, each followed by the scales of its blocks if they stay as they are.
  List<Assignment> withScales(List<Assignment> all) {
    List<Assignment> result = new ArrayList<>();
    for (Assignment one : all) {
      result.add(one);
      SourceWeight weight = weight(one);
      if (weight.stored(one.type()).isPresent()) {
        weight.scales().forEach(scale -> result.add(kept(scale.info())));
      }
    }
    return result;
  }

  private static Assignment kept(TensorInfo info) {
    TensorFacts facts = new TensorFacts(info.name(), info.type(), info.shape());
    return new Assignment(facts, info.type(), new Assignment.Reason.Kept());
  }

  private SourceWeight weight(Assignment one) {
    return Objects.requireNonNull(weights.get(one.tensor().name()));
  }
}
