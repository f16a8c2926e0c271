package dev.quern.quantizers.recipe;

import static dev.quern.formats.GgmlType.IQ1_M;
import static dev.quern.formats.GgmlType.IQ1_S;
import static dev.quern.formats.GgmlType.IQ2_S;
import static dev.quern.formats.GgmlType.IQ2_XS;
import static dev.quern.formats.GgmlType.IQ2_XXS;
import static dev.quern.formats.GgmlType.IQ3_S;
import static dev.quern.formats.GgmlType.Q2_K;
import static dev.quern.formats.GgmlType.Q4_K;
import static dev.quern.formats.GgmlType.Q5_K;
import static dev.quern.quantizers.recipe.Condition.EIGHT_EXPERTS;
import static dev.quern.quantizers.recipe.Condition.GROUPED;
import static dev.quern.quantizers.recipe.Condition.MANY_EXPERTS;
import static dev.quern.quantizers.recipe.Condition.first;
import static dev.quern.quantizers.recipe.Recipe.otherwise;
import static dev.quern.quantizers.recipe.Recipe.when;
import static dev.quern.quantizers.recipe.Role.ATTENTION_K;
import static dev.quern.quantizers.recipe.Role.ATTENTION_OUTPUT;
import static dev.quern.quantizers.recipe.Role.ATTENTION_V;
import static dev.quern.quantizers.recipe.Role.FFN_DOWN;
import static dev.quern.quantizers.recipe.Role.OUTPUT;
import static dev.quern.quantizers.recipe.Role.TOKEN_EMBEDDING;

import dev.quern.formats.GgmlType;
import java.util.List;

/// Code books with one or two bits per weight: what is small gets more.
final class LowBitRecipes {
  static final List<Recipe> ALL =
      List.of(
          lowBit("IQ2_XXS", 19, IQ2_XXS, Q2_K, IQ2_XXS),
          lowBit("IQ2_XS", 20, IQ2_XS, Q2_K, IQ2_XS),
          lowBit("IQ2_S", 28, IQ2_XS, IQ3_S, IQ3_S),
          lowBit("IQ2_M", 29, IQ2_S, IQ3_S, IQ3_S),
          lowBit("IQ1_S", 24, IQ1_S, Q2_K, IQ2_XXS),
          lowBit("IQ1_M", 31, IQ1_M, Q2_K, IQ2_XXS));

  private LowBitRecipes() {}

  private static Recipe lowBit(
      String name, int fileType, GgmlType base, GgmlType more, GgmlType attentionOutput) {
    return new Recipe(name, fileType, base)
        .withOwnRulesForAttention()
        .on(OUTPUT, otherwise(Q5_K))
        .on(TOKEN_EMBEDDING, otherwise(more))
        .on(ATTENTION_V, when(GROUPED.or(MANY_EXPERTS), Q4_K), otherwise(more))
        .on(ATTENTION_K, when(EIGHT_EXPERTS, Q4_K))
        .on(FFN_DOWN, when(first(8), more))
        .on(ATTENTION_OUTPUT, when(EIGHT_EXPERTS, Q5_K), otherwise(attentionOutput));
  }
}
