package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Goes through the tensors in the order of the output and gives each its type: what holds for
/// every recipe.
///
/// Rows of a table that speak of "the first" or "every third" count the tensors of a role that came
/// before, without those that an override took. So the order matters, and so do the overrides.
final class Mixer {
  private final Recipe recipe;
  private final ModelFacts model;
  private final List<TensorFacts> tensors;
  private final RecipeOptions options;
  private final boolean tied;
  private final int values;
  private final Map<Role, Integer> seen = new EnumMap<>(Role.class);
  private final Set<TypeOverride> decisive = new LinkedHashSet<>();

  /// @param tensors in the order of the output
  Mixer(Recipe recipe, ModelFacts model, List<TensorFacts> tensors, RecipeOptions options) {
    this.recipe = recipe;
    this.model = model;
    this.tensors = tensors;
    this.options = options;
    this.tied = tensors.stream().noneMatch(t -> Role.of(t.name()) == Role.OUTPUT);
    this.values = (int) tensors.stream().filter(t -> Role.of(t.name()) == Role.ATTENTION_V).count();
  }

  Assignments assign() {
    List<Assignment> assignments = new ArrayList<>();
    for (TensorFacts tensor : tensors) {
      assignments.add(assign(tensor));
    }
    List<TypeOverride> undecisive = new ArrayList<>(options.overrides());
    undecisive.removeAll(decisive);
    return new Assignments(assignments, undecisive);
  }

  private Assignment assign(TensorFacts tensor) {
    Role role = Role.of(tensor.name());
    if (recipe.isCopy() || NeverQuantized.contains(tensor)) {
      return new Assignment(tensor, tensor.kept(), new Assignment.Reason.Kept());
    }
    if (role == Role.TOKEN_EMBEDDING && options.tokenEmbedding() != null) {
      return fit(tensor, options.tokenEmbedding(), by("--token-embedding-type"));
    }
    if (role == Role.OUTPUT && options.output() != null) {
      return fit(tensor, options.output(), by("--output-tensor-type"));
    }
    if (!recipe.base().isQuantized()) {
      return new Assignment(tensor, recipe.base(), new Assignment.Reason.Mix());
    }
    Optional<TypeOverride> override = override(tensor);
    if (override.isPresent()) {
      return fit(tensor, override.get().type(), by(override.get().toString()));
    }
    if (options.pure()) {
      return fit(tensor, recipe.base(), new Assignment.Reason.Mix());
    }
    if (recipe.outsideExperts().isPresent()) {
      GgmlType other = recipe.outsideExperts().get();
      boolean forExperts = tensor.dimensions() > 2 && !servesAsOutput(role);
      return fit(tensor, forExperts ? recipe.base() : other, new Assignment.Reason.Mix());
    }
    if (servesAsOutput(role)) {
      return options.output() == null
          ? fit(tensor, output(tensor), new Assignment.Reason.Mix())
          : fit(tensor, options.output(), by("--output-tensor-type"));
    }
    return fit(tensor, mix(tensor, role), new Assignment.Reason.Mix());
  }

  private static Assignment.Reason by(String option) {
    return new Assignment.Reason.Chosen(option);
  }

  private Optional<TypeOverride> override(TensorFacts tensor) {
    Optional<TypeOverride> first =
        options.overrides().stream().filter(o -> o.matches(tensor.name())).findFirst();
    first.ifPresent(decisive::add);
    return first;
  }

  private boolean servesAsOutput(Role role) {
    return role == Role.OUTPUT || (tied && role == Role.TOKEN_EMBEDDING);
  }

  private GgmlType output(TensorFacts tensor) {
    GgmlType base = recipe.base();
    if (model.isFalcon() || !base.divides(tensor.shape().rowLength()) || base == GgmlType.Q8_0) {
      return GgmlType.Q8_0;
    }
    return recipe.output(at(0));
  }

  private GgmlType mix(TensorFacts tensor, Role role) {
    return switch (role) {
      case ATTENTION_V -> {
        int index = count(role);
        GgmlType type =
            recipe.pick(role, new Situation(model, index, values, options.hasImportance()));
        yield recipe.hasOwnRulesForAttention() ? type : moreForValues(type);
      }
      case ATTENTION_K ->
          model.experts() == 8 && !recipe.hasOwnRulesForAttention()
              ? GgmlType.Q8_0
              : recipe.pick(role, at(count(role)));
      case FFN_DOWN, FFN_GATE, FFN_UP -> {
        int index = count(role);
        // recipes with rules of their own count also here
        boolean byName = model.experts() > 1 && !recipe.hasOwnRulesForAttention();
        yield recipe.pick(role, at(byName ? block(tensor) : index));
      }
      case TOKEN_EMBEDDING, ATTENTION_Q, ATTENTION_OUTPUT, OUTPUT, OTHER ->
          recipe.pick(role, at(count(role)));
    };
  }

  /// Where keys and values are few they are small, and worth more bits than they cost.
  private GgmlType moreForValues(GgmlType type) {
    if (model.experts() == 8) {
      return GgmlType.Q8_0;
    }
    boolean few = type == GgmlType.Q3_K || type == GgmlType.Q4_K;
    return few && model.isSeventyBillion() ? GgmlType.Q5_K : type;
  }

  private Situation at(int index) {
    return new Situation(model, index, model.layers(), options.hasImportance());
  }

  /// How many tensors of the role came before.
  private int count(Role role) {
    int before = seen.getOrDefault(role, 0);
    seen.put(role, before + 1);
    return before;
  }

  /// Experts of a layer need not follow each other, so the layer is read from the name.
  private int block(TensorFacts tensor) {
    int block =
        OutputOrder.block(tensor.name())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        tensor.name() + ": the name does not tell which block it belongs to"));
    if (block >= model.layers()) {
      throw new IllegalArgumentException(
          "%s: there is no block %d in a model of %d"
              .formatted(tensor.name(), block, model.layers()));
    }
    return block;
  }

  private static Assignment fit(TensorFacts tensor, GgmlType wanted, Assignment.Reason reason) {
    if (wanted.divides(tensor.shape().rowLength())) {
      return new Assignment(tensor, wanted, reason);
    }
    return new Assignment(
        tensor, Fallbacks.of(tensor, wanted), new Assignment.Reason.Fallback(wanted));
  }
}
