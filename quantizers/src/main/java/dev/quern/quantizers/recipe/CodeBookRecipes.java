package dev.quern.quantizers.recipe;

import static dev.quern.formats.GgmlType.IQ2_S;
import static dev.quern.formats.GgmlType.IQ3_S;
import static dev.quern.formats.GgmlType.IQ3_XXS;
import static dev.quern.formats.GgmlType.IQ4_NL;
import static dev.quern.formats.GgmlType.IQ4_XS;
import static dev.quern.formats.GgmlType.Q3_K;
import static dev.quern.formats.GgmlType.Q4_K;
import static dev.quern.formats.GgmlType.Q5_K;
import static dev.quern.quantizers.recipe.Condition.EIGHT_EXPERTS;
import static dev.quern.quantizers.recipe.Condition.FALCON;
import static dev.quern.quantizers.recipe.Condition.GROUPED;
import static dev.quern.quantizers.recipe.Condition.IMPORTANCE;
import static dev.quern.quantizers.recipe.Condition.MIDDLE;
import static dev.quern.quantizers.recipe.Condition.MORE_BITS;
import static dev.quern.quantizers.recipe.Condition.first;
import static dev.quern.quantizers.recipe.Recipe.otherwise;
import static dev.quern.quantizers.recipe.Recipe.when;
import static dev.quern.quantizers.recipe.Role.ATTENTION_K;
import static dev.quern.quantizers.recipe.Role.ATTENTION_OUTPUT;
import static dev.quern.quantizers.recipe.Role.ATTENTION_Q;
import static dev.quern.quantizers.recipe.Role.ATTENTION_V;
import static dev.quern.quantizers.recipe.Role.FFN_DOWN;
import static dev.quern.quantizers.recipe.Role.FFN_GATE;
import static dev.quern.quantizers.recipe.Role.FFN_UP;
import static dev.quern.quantizers.recipe.Role.OUTPUT;
import static dev.quern.quantizers.recipe.Role.TOKEN_EMBEDDING;

import java.util.List;

/// Code books with three bits per weight, and the uneven tables of four bits.
final class CodeBookRecipes {
  private static final Condition EIGHT = EIGHT_EXPERTS.and(FALCON.not());

  static final List<Recipe> ALL =
      List.of(
          new Recipe("IQ3_XXS", 23, IQ3_XXS)
              .on(OUTPUT, otherwise(Q5_K))
              .on(TOKEN_EMBEDDING, otherwise(IQ3_S))
              .on(ATTENTION_V, when(GROUPED, Q4_K), when(IMPORTANCE.not(), IQ3_S))
              .on(ATTENTION_K, otherwise(IQ2_S))
              .on(ATTENTION_Q, otherwise(IQ2_S))
              .on(
                  FFN_DOWN,
                  when(IMPORTANCE.not().and(first(8)), Q4_K),
                  when(IMPORTANCE.not(), Q3_K))
              .on(ATTENTION_OUTPUT, when(FALCON, IQ3_XXS), when(EIGHT, Q5_K), otherwise(IQ3_S)),
          new Recipe("IQ3_XS", 22, IQ3_S)
              .on(ATTENTION_V, when(GROUPED, Q4_K))
              .on(ATTENTION_K, otherwise(IQ3_XXS))
              .on(ATTENTION_Q, otherwise(IQ3_XXS))
              .on(FFN_GATE, when(MIDDLE, IQ3_XXS))
              .on(FFN_UP, when(MIDDLE, IQ3_XXS))
              .on(ATTENTION_OUTPUT, when(EIGHT, Q5_K)),
          new Recipe("IQ3_S", 26, IQ3_S)
              .on(ATTENTION_V, when(GROUPED, Q4_K))
              .on(ATTENTION_OUTPUT, when(EIGHT, Q5_K)),
          new Recipe("IQ3_M", 27, IQ3_S)
              .on(ATTENTION_V, otherwise(Q4_K))
              .on(FFN_DOWN, when(first(8).or(EIGHT_EXPERTS.and(MORE_BITS)), Q4_K))
              .on(ATTENTION_OUTPUT, when(FALCON, IQ3_S), when(EIGHT, Q5_K), otherwise(Q4_K)),
          new Recipe("IQ4_NL", 25, IQ4_NL)
              .on(ATTENTION_V, when(GROUPED, Q5_K))
              .on(FFN_DOWN, when(IMPORTANCE.not().and(first(8)), Q5_K))
              .on(ATTENTION_OUTPUT, when(EIGHT, Q5_K)),
          new Recipe("IQ4_XS", 30, IQ4_XS)
              .on(ATTENTION_V, when(GROUPED, Q5_K))
              .on(FFN_DOWN, when(IMPORTANCE.not().and(first(8)), Q5_K))
              .on(ATTENTION_OUTPUT, when(EIGHT, Q5_K)));

  private CodeBookRecipes() {}
}
