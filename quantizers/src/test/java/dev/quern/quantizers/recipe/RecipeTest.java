package dev.quern.quantizers.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.quantizers.recipe.CapturedRuns.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
  private static final ModelFacts DENSE = new ModelFacts("llama", 4, 8, 4, 0);

  static List<Run> runs() {
    return CapturedRuns.all();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void givesTheTypesOfLlamaQuantize(Run run) {
    List<TensorFacts> shuffled = new ArrayList<>(run.tensors());
    Collections.shuffle(shuffled, new Random(1));
    List<String> words = Arrays.asList(run.options().split(" ", -1));
    Recipe recipe = Recipe.named(words.getLast());
    if (run.types().isEmpty()) {
      assertThatThrownBy(() -> recipe.assignAnyway(run.facts(), shuffled, options(words)))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }
    // a dry run of the reference only warns where importance is missing
    Assignments got = recipe.assignAnyway(run.facts(), shuffled, options(words));
    assertThat(got.tensors())
        .extracting(a -> a.tensor().name())
        .isEqualTo(run.tensors().stream().map(TensorFacts::name).toList());
    List<GgmlType> wanted = new ArrayList<>();
    for (int i = 0; i < run.types().size(); i++) {
      wanted.add(possible(run.tensors().get(i), run.types().get(i)));
    }
    assertThat(got.tensors()).extracting(Assignment::type).isEqualTo(wanted);
  }

  /// A type that is asked for by name is not checked by the reference, which then crashes.
  private static GgmlType possible(TensorFacts tensor, GgmlType type) {
    return type.divides(tensor.shape().rowLength()) ? type : Fallbacks.of(tensor, type);
  }

  private static RecipeOptions options(List<String> words) {
    List<TypeOverride> overrides = new ArrayList<>();
    GgmlType embedding = null;
    GgmlType output = null;
    for (int i = 0; i + 1 < words.size(); i++) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "--tensor-type" -> overrides.add(TypeOverride.parse(value));
        case "--token-embedding-type" -> embedding = TypeOverride.type(value);
        case "--output-tensor-type" -> output = TypeOverride.type(value);
        default -> {}
      }
    }
    return new RecipeOptions(
        overrides, embedding, output, words.contains("--pure"), words.contains("--imatrix"));
  }

  @Test
  void capturesEveryRecipe() {
    List<String> captured =
        runs().stream()
            .map(Run::options)
            .filter(options -> !options.contains(" "))
            .distinct()
            .toList();
    assertThat(captured).containsAll(Recipe.all().stream().map(Recipe::name).toList());
  }

  @Test
  void findsRecipesByNameAndAliasInAnyCase() {
    assertThat(Recipe.named("q4_k_m").fileType()).isEqualTo(15);
    assertThat(Recipe.named("Q4_K")).isSameAs(Recipe.named("Q4_K_M"));
    assertThat(Recipe.named("Q3_K")).isSameAs(Recipe.named("Q3_K_M"));
    assertThat(Recipe.named("Q5_K")).isSameAs(Recipe.named("Q5_K_M"));
    assertThatThrownBy(() -> Recipe.named("Q9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no recipe \"Q9\"; there are F32, F16, BF16, Q8_0,");
  }

  @Test
  void hasTheFileTypesOfLlamaCpp() {
    assertThat(Recipe.all())
        .extracting(Recipe::fileType)
        .containsExactly(
            0, 1, 32, 7, 2, 3, 8, 9, 10, 21, 11, 12, 13, 14, 15, 16, 17, 18, 23, 22, 26, 27, 25, 30,
            19, 20, 28, 29, 24, 31, 36, 37, 38, 40, 41);
  }

  @Test
  void saysWhy() {
    List<TensorFacts> tensors =
        List.of(
            tensor("output.weight", 256, 8),
            tensor("token_embd.weight", 256, 8),
            new TensorFacts("output_norm.weight", GgmlType.F32, Shape.of(256)),
            tensor("blk.0.attn_q.weight", 288, 8),
            tensor("blk.0.attn_k.weight", 256, 8));
    RecipeOptions options =
        new RecipeOptions(
            List.of(TypeOverride.parse("attn_k=q8_0"), TypeOverride.parse("attn_kk=q8_0")),
            null,
            GgmlType.Q5_0,
            false,
            false);
    Assignments got = Recipe.named("Q4_K_M").assign(DENSE, tensors, options);
    assertThat(got.tensors())
        .extracting(Assignment::reason)
        .containsExactly(
            new Assignment.Reason.Chosen("--output-tensor-type"),
            new Assignment.Reason.Kept(),
            new Assignment.Reason.Mix(),
            new Assignment.Reason.Chosen("attn_k=Q8_0"),
            new Assignment.Reason.Fallback(GgmlType.Q4_K));
    assertThat(got.fallbacks()).extracting(Assignment::type).containsExactly(GgmlType.Q5_0);
    assertThat(got.unmatched()).extracting(TypeOverride::toString).containsExactly("attn_kk=Q8_0");
  }

  @Test
  void importanceProtectsTheFirstLayersOfOldTypes() {
    ModelFacts model = new ModelFacts("llama", 16, 8, 8, 0);
    List<TensorFacts> tensors = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      tensors.add(tensor("blk." + i + ".ffn_down.weight", 256, 8));
    }
    RecipeOptions importance = new RecipeOptions(List.of(), null, null, false, true);
    assertThat(Recipe.named("Q4_0").assign(model, tensors, importance).tensors())
        .filteredOn(a -> a.type() == GgmlType.Q4_1)
        .hasSize(2);
    assertThat(Recipe.named("Q4_0").assign(model, tensors, RecipeOptions.NONE).tensors())
        .allMatch(a -> a.type() == GgmlType.Q4_0);
  }

  @Test
  void refusesWhatNeedsImportanceWithoutIt() {
    List<TensorFacts> tensors = List.of(tensor("blk.0.ffn_up.weight", 256, 8));
    RecipeOptions importance = new RecipeOptions(List.of(), null, null, false, true);
    for (String name : List.of("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M")) {
      Recipe recipe = Recipe.named(name);
      assertThatThrownBy(() -> recipe.assign(DENSE, tensors, RecipeOptions.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("blk.0.ffn_up.weight: " + recipe.base() + " needs an importance matrix");
      assertThat(recipe.assign(DENSE, tensors, importance).tensors())
          .extracting(Assignment::type)
          .containsExactly(recipe.base());
    }
    assertThatThrownBy(() -> assign(Recipe.named("Q2_K_S"), DENSE, "blk.0.ffn_up.weight"))
        .hasMessage("blk.0.ffn_up.weight: Q2_K needs an importance matrix");
    assertThat(assign(Recipe.named("Q2_K"), DENSE, "blk.0.ffn_up.weight").tensors()).hasSize(1);
    assertThat(assign(Recipe.named("IQ1_S"), DENSE, "output.weight").tensors()).hasSize(1);
  }

  @Test
  void refusesTypesThatAreOnlyRead() {
    List<TensorFacts> tensors = List.of(tensor("blk.0.ffn_up.weight", 256, 8));
    RecipeOptions override =
        new RecipeOptions(List.of(TypeOverride.parse("ffn_up=q8_k")), null, null, false, false);
    assertThatThrownBy(() -> Recipe.named("Q4_K_M").assign(DENSE, tensors, override))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("blk.0.ffn_up.weight: no encoder writes Q8_K");
  }

  @Test
  void refusesExpertsOfNoBlock() {
    ModelFacts model = new ModelFacts("llama", 2, 8, 8, 8);
    Recipe recipe = Recipe.named("Q4_K_M");
    assertThatThrownBy(() -> assign(recipe, model, "blk.2.ffn_down_exps.weight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("blk.2.ffn_down_exps.weight: there is no block 2 in a model of 2");
    assertThatThrownBy(() -> assign(recipe, model, "ffn_down_exps.weight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ffn_down_exps.weight: the name does not tell which block it belongs to");
  }

  @Test
  void keepsWhatIsSmall() {
    for (String name :
        List.of("blk.0.ffn_gate_inp.weight", "position_embd.weight", "blk.0.attn_q.bias")) {
      assertThat(assign(Recipe.named("Q4_0"), DENSE, name).tensors().getFirst().reason())
          .isEqualTo(new Assignment.Reason.Kept());
    }
  }

  @Test
  void readsOverrides() {
    TypeOverride override = TypeOverride.parse("(?=x)=y=iq4_nl");
    assertThat(override.pattern().pattern()).isEqualTo("(?=x)=y");
    assertThat(override.type()).isEqualTo(GgmlType.IQ4_NL);
    assertThatThrownBy(() -> TypeOverride.parse("attn_v"))
        .hasMessage("\"attn_v\" is not of the form REGEX=TYPE");
    assertThatThrownBy(() -> TypeOverride.parse("attn_v=Q7"))
        .hasMessageStartingWith("there is no tensor type \"Q7\"; there are [F32, F16,");
    assertThatThrownBy(() -> TypeOverride.parse("(=Q8_0"))
        .hasMessageStartingWith("\"(\" is no regular expression: ");
  }

  private static Assignments assign(Recipe recipe, ModelFacts model, String name) {
    return recipe.assign(model, List.of(tensor(name, 256, 8)), RecipeOptions.NONE);
  }

  private static TensorFacts tensor(String name, long... extents) {
    return new TensorFacts(name, GgmlType.F16, Shape.of(extents));
  }
}
