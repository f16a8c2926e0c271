package dev.quern.converter;

import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What shall be made of a source.
///
/// @param targets one or more files, all written from one read of the source
/// @param types overrides of the recipes, the same for every target
/// @param strict true if a fallback or an override that matches nothing is an error
/// @param force true if existing targets may be replaced
/// @param gguf blocks, metadata and parts of the outputs, the same for every target
/// @param importance how much the columns of matrices count, or null if all count the same
/// @param resumes true if it may go on from what an earlier conversion has kept
public record ConversionRequest(
    List<Target> targets,
    RecipeOptions types,
    boolean strict,
    boolean force,
    GgufOptions gguf,
    @Nullable ImportanceRequest importance,
    boolean resumes) {
  public ConversionRequest {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a conversion needs a target");
    }
  }

  /// A request that begins from nothing.
  public ConversionRequest(
      List<Target> targets,
      RecipeOptions types,
      boolean strict,
      boolean force,
      GgufOptions gguf,
      @Nullable ImportanceRequest importance) {
    this(targets, types, strict, force, gguf, importance, false);
  }

  /// A request without importance.
  public ConversionRequest(
      List<Target> targets, RecipeOptions types, boolean strict, boolean force, GgufOptions gguf) {
    this(targets, types, strict, force, gguf, null);
  }

  /// A request that changes types only.
  public ConversionRequest(
      List<Target> targets, RecipeOptions types, boolean strict, boolean force) {
    this(targets, types, strict, force, GgufOptions.NONE);
  }

  /// One output.
  ///
  /// @param recipe which types its tensors get
  /// @param path where it goes, parts with their number in the name; its folder is made when it is
  ///   missing
  public record Target(Recipe recipe, Path path) {}
}
