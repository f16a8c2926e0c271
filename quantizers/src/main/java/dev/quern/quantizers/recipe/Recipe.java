package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A named choice of types for all tensors of a model, as llama-quantize has it.
///
/// Every recipe has a base type; most give some tensors more bits. What they give stands in one
/// table per family; what holds for all of them is in [Mixer].
public final class Recipe {
  private static final List<Recipe> ALL =
      Stream.of(
              PlainRecipes.ALL,
              KQuantRecipes.ALL,
              CodeBookRecipes.ALL,
              LowBitRecipes.ALL,
              FewValueRecipes.ALL)
          .flatMap(List::stream)
          .toList();

  /// Every tensor keeps its type; not one of [#all], which choose types.
  private static final Recipe COPY = new Recipe("COPY", 0, GgmlType.F32);

  /// What a checkpoint stores as NVFP4 stays so, and all else as it is.
  private static final Recipe NVFP4 = new Recipe("NVFP4", 39, GgmlType.BF16);

  private static final Set<GgmlType> NEEDING_IMPORTANCE =
      EnumSet.of(
          GgmlType.IQ1_S,
          GgmlType.IQ1_M,
          GgmlType.IQ2_XXS,
          GgmlType.IQ2_XS,
          GgmlType.IQ2_S,
          GgmlType.IQ3_XXS);

  private final String name;
  private final List<String> aliases;
  private final int fileType;
  private final GgmlType base;
  private final Map<Role, List<Row>> table = new EnumMap<>(Role.class);

  private boolean attentionIsSpecial;
  private boolean baseNeedsImportance;
  private @Nullable GgmlType outsideExperts;

  /// One row of the table: the type where the condition holds.
  record Row(Condition condition, GgmlType type) {}

  /// @param fileType the number that stands for the recipe in `general.file_type`
  Recipe(String name, int fileType, GgmlType base, String... aliases) {
    this.name = name;
    this.fileType = fileType;
    this.base = base;
    this.aliases = List.of(aliases);
  }

  /// Adds rows for the tensors of a role: the first whose condition holds decides, else the base
  /// type stays.
  Recipe on(Role role, Row... rows) {
    table.put(role, List.of(rows));
    return this;
  }

  /// Keys and values do not follow the rules of all other recipes.
  Recipe withOwnRulesForAttention() {
    attentionIsSpecial = true;
    return this;
  }

  /// The base type is refused without importance, though it could do without.
  Recipe needingImportance() {
    baseNeedsImportance = true;
    return this;
  }

  /// The base type is for the matrices of experts; everything else is `other`.
  Recipe onlyExperts(GgmlType other) {
    outsideExperts = other;
    return this;
  }

  static Row when(Condition condition, GgmlType type) {
    return new Row(condition, type);
  }

  static Row otherwise(GgmlType type) {
    return new Row(Condition.ALWAYS, type);
  }

  /// Every recipe there is.
  public static List<Recipe> all() {
    return ALL;
  }

  /// The recipe called `name`, or that has it for an alias, whatever its case; also `COPY` and
  /// `NVFP4`, which leave tensors as they are.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Recipe named(String name) {
    for (Recipe recipe : List.of(COPY, NVFP4)) {
      if (name.equalsIgnoreCase(recipe.name)) {
        return recipe;
      }
    }
    for (Recipe recipe : ALL) {
      if (recipe.names().stream().anyMatch(name::equalsIgnoreCase)) {
        return recipe;
      }
    }
    List<String> known = ALL.stream().map(Recipe::name).toList();
    throw new IllegalArgumentException(
        "there is no recipe \"%s\"; there are %s, NVFP4, COPY"
            .formatted(name, String.join(", ", known)));
  }

  /// True for `COPY`, which leaves every tensor as it is.
  public boolean isCopy() {
    return this == COPY;
  }

  /// True for `NVFP4`: tensors that a checkpoint stores as [#kept] stay so, the others in the type
  /// of 16 or 32 bits that they have or decode to.
  public boolean keepsStored() {
    return this == NVFP4;
  }

  /// The type that [#keepsStored] speaks of.
  public GgmlType kept() {
    return GgmlType.NVFP4;
  }

  /// Its name, such as `Q4_K_M`.
  public String name() {
    return name;
  }

  /// The number that stands for it in `general.file_type`; a copy keeps the one that is there.
  public int fileType() {
    return fileType;
  }

  /// The type that most tensors get.
  public GgmlType base() {
    return base;
  }

  /// Gives every tensor its type; the result is in the order of the output.
  ///
  /// @throws IllegalArgumentException if the rows of a tensor fit no type that may replace the one
  ///   wanted, if a tensor's name does not tell its block in a model with experts, if a type needs
  ///   importance and there is none, or if no encoder writes it
  public Assignments assign(ModelFacts model, List<TensorFacts> tensors, RecipeOptions options) {
    return checked(assignAnyway(model, tensors, options), options);
  }

  /// As [#assign], with the tensors in the order in which they are given: rules that count tensors
  /// count them in that order.
  public Assignments assignInOrder(
      ModelFacts model, List<TensorFacts> tensors, RecipeOptions options) {
    return checked(new Mixer(this, model, tensors, options).assign(), options);
  }

  private Assignments checked(Assignments assignments, RecipeOptions options) {
    if (!options.hasImportance()) {
      assignments.tensors().forEach(this::refuseWithoutImportance);
    }
    assignments.tensors().forEach(Recipe::refuseWithoutEncoder);
    return assignments;
  }

  private static void refuseWithoutEncoder(Assignment assignment) {
    boolean kept = assignment.reason() instanceof Assignment.Reason.Kept;
    if (!kept && BlockCodecs.find(assignment.type()).filter(BlockCodec::encodes).isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no encoder writes %s".formatted(assignment.tensor().name(), assignment.type()));
    }
  }

  private void refuseWithoutImportance(Assignment assignment) {
    String tensor = assignment.tensor().name();
    boolean kept = assignment.reason() instanceof Assignment.Reason.Kept;
    if (!kept && needsImportance(tensor, assignment.type())) {
      throw new IllegalArgumentException(
          "%s: %s needs an importance matrix".formatted(tensor, assignment.type()));
    }
  }

  /// True if `tensor` may not be stored as `type` in this recipe unless the importance of its
  /// columns is known.
  public boolean needsImportance(String tensor, GgmlType type) {
    Role role = Role.of(tensor);
    boolean exempt = role == Role.TOKEN_EMBEDDING || role == Role.OUTPUT;
    return !exempt && (NEEDING_IMPORTANCE.contains(type) || (baseNeedsImportance && type == base));
  }

  /// As [#assign], without regard to missing importance.
  Assignments assignAnyway(ModelFacts model, List<TensorFacts> tensors, RecipeOptions options) {
    List<TensorFacts> ordered = new ArrayList<>(tensors);
    ordered.sort((a, b) -> OutputOrder.BY_BLOCK_AND_NAME.compare(a.name(), b.name()));
    return new Mixer(this, model, ordered, options).assign();
  }

  /// True if keys and values do not follow the rules of all other recipes.
  boolean hasOwnRulesForAttention() {
    return attentionIsSpecial;
  }

  /// The type of everything but the matrices of experts, if that is not up to the table.
  Optional<GgmlType> outsideExperts() {
    return Optional.ofNullable(outsideExperts);
  }

  /// What the output matrix gets if nothing speaks against it.
  GgmlType output(Situation at) {
    return table.containsKey(Role.OUTPUT) ? pick(Role.OUTPUT, at) : GgmlType.Q6_K;
  }

  /// What the table says.
  GgmlType pick(Role role, Situation at) {
    for (Row row : table.getOrDefault(role, List.of())) {
      if (row.condition().holds(at)) {
        return row.type();
      }
    }
    return base;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(aliases);
    names.add(name);
    return names;
  }

  @Override
  public String toString() {
    return name;
  }
}
