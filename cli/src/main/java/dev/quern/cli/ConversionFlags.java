package dev.quern.cli;

import dev.quern.converter.ConversionOptions;
import dev.quern.converter.ConversionProgress;
import dev.quern.converter.ConversionRequest;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.GgufOptions;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.converter.Resumption;
import dev.quern.formats.GgmlType;
import dev.quern.formats.architecture.Architectures;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TypeOverride;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of a conversion that `convert` and `shrink` share.
final class ConversionFlags {
  @Option(
      names = "--to",
      required = true,
      split = ",",
      paramLabel = "TYPE",
      description =
          "What to make: F32, F16, BF16, Q8_0, Q4_K_M and so on; several with commas, all from one"
              + " read.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--tensor-type",
      paramLabel = "REGEX=TYPE",
      description =
          "Type of the tensors whose name the expression finds; the first that matches counts.")
  private List<String> tensorTypes = new ArrayList<>();

  @Option(
      names = "--token-embedding-type",
      paramLabel = "TYPE",
      description = "Type of the token embedding.")
  private @Nullable GgmlType tokenEmbedding;

  @Option(
      names = "--output-tensor-type",
      paramLabel = "TYPE",
      description = "Type of the output matrix.")
  private @Nullable GgmlType output;

  @Option(names = "--pure", description = "One type for all tensors instead of the recipe's mix.")
  private boolean pure;

  @Option(
      names = "--strict",
      description = "Take a fallback, or an override that matches nothing, as an error.")
  private boolean strict;

  @Option(
      names = "--clamp",
      description = "Limit weights beyond the range of F16 or BF16 instead of refusing them.")
  private boolean clamp;

  @Option(
      names = "--pre",
      paramLabel = "NAME",
      description = "Name this BPE pre-tokenizer in the GGUF instead of recognizing it.")
  private @Nullable String pre;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "general.name of the model (default: from the model card or the folder).")
  private @Nullable String name;

  @Option(
      names = "--as",
      paramLabel = "ARCH",
      description =
          "Convert as this architecture (an id or a class name that 'quern architectures' lists),"
              + " whatever config.json names.")
  private @Nullable String architecture;

  @Mixin private MergingFlags merging = new MergingFlags();
  @Mixin private ImportanceFlags importance = new ImportanceFlags();

  @Option(names = "--force", description = "Replace existing files.")
  private boolean force;

  @Option(
      names = "--resume",
      description =
          "Keep what is done when the conversion is interrupted (.NAME.part and its journal), and go"
              + " on from what an earlier run with --resume has kept. With --force, what is kept of"
              + " another conversion is thrown away.")
  private boolean resume;

  /// What outputs shall be, checked before a source is opened.
  ///
  /// @param recipes one for each output
  /// @param types overrides of the recipes
  /// @param changes blocks, metadata and parts
  record Wanted(List<Recipe> recipes, RecipeOptions types, GgufOptions changes) {}

  Wanted wanted(GgufFlags gguf) {
    return new Wanted(recipes(), types(), gguf.options());
  }

  /// What is asked of the converter.
  ///
  /// @param path where the output of a recipe goes
  /// @param replaces true if files that are there may be replaced
  ConversionRequest request(
      Wanted wanted,
      Function<Recipe, Path> path,
      boolean replaces,
      @Nullable ImportanceMatrix matrix) {
    return new ConversionRequest(
        wanted.recipes.stream().map(recipe -> new Target(recipe, path.apply(recipe))).toList(),
        wanted.types,
        strict,
        replaces,
        wanted.changes,
        importance().request(matrix),
        resume);
  }

  private List<Recipe> recipes() {
    Set<Recipe> recipes = new LinkedHashSet<>();
    to.stream()
        .map(String::strip)
        .map(type -> UsageException.check("--to", () -> Recipe.named(type)))
        .forEach(recipes::add);
    return List.copyOf(recipes);
  }

  private RecipeOptions types() {
    List<TypeOverride> overrides =
        tensorTypes.stream()
            .map(text -> UsageException.check("--tensor-type", () -> TypeOverride.parse(text)))
            .toList();
    return new RecipeOptions(overrides, tokenEmbedding, output, pure, false);
  }

  SourceOptions source() {
    Optional<String> forced = Optional.ofNullable(architecture);
    forced.ifPresent(as -> UsageException.check("--as", () -> Architectures.named(as)));
    return new SourceOptions(
        Optional.ofNullable(pre), Optional.ofNullable(name), forced, merging.merging());
  }

  ImportanceFlags importance() {
    return importance;
  }

  boolean resumes() {
    return resume;
  }

  /// How the conversion is carried out.
  ///
  /// @param journalKept true if a journal stays after it, for what comes then
  ConversionOptions execution(int workers, boolean journalKept, ConversionProgress progress) {
    Resumption resumption =
        resume ? new Resumption("quern " + Version.number(), force, journalKept) : null;
    return new ConversionOptions(workers, clamp, strict, progress, resumption);
  }

  boolean force() {
    return force;
  }
}
