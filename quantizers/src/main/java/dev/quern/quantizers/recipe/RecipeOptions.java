package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a caller may change about a recipe.
///
/// @param overrides the first that matches a tensor gives its type, if the recipe quantizes at all
/// @param tokenEmbedding type of the token embeddings, or null
/// @param output type of the output matrix, or of embeddings that serve as one, or null
/// @param pure true if every tensor gets the recipe's base type
/// @param hasImportance true if there is an importance matrix
public record RecipeOptions(
    List<TypeOverride> overrides,
    @Nullable GgmlType tokenEmbedding,
    @Nullable GgmlType output,
    boolean pure,
    boolean hasImportance) {

  /// Nothing is changed.
  public static final RecipeOptions NONE = new RecipeOptions(List.of(), null, null, false, false);

  public RecipeOptions {
    overrides = List.copyOf(overrides);
  }

  /// The same, with an importance matrix or without.
  public RecipeOptions withImportance(boolean yes) {
    return new RecipeOptions(overrides, tokenEmbedding, output, pure, yes);
  }
}
