package dev.quern.quantizers.recipe;

import static dev.quern.formats.GgmlType.Q2_K;
import static dev.quern.formats.GgmlType.Q3_K;
import static dev.quern.formats.GgmlType.Q4_K;
import static dev.quern.formats.GgmlType.Q5_K;
import static dev.quern.formats.GgmlType.Q6_K;
import static dev.quern.quantizers.recipe.Condition.EIGHT_EXPERTS;
import static dev.quern.quantizers.recipe.Condition.FALCON;
import static dev.quern.quantizers.recipe.Condition.GROUPED;
import static dev.quern.quantizers.recipe.Condition.MORE_BITS;
import static dev.quern.quantizers.recipe.Condition.before;
import static dev.quern.quantizers.recipe.Condition.first;
import static dev.quern.quantizers.recipe.Recipe.otherwise;
import static dev.quern.quantizers.recipe.Recipe.when;
import static dev.quern.quantizers.recipe.Role.ATTENTION_OUTPUT;
import static dev.quern.quantizers.recipe.Role.ATTENTION_V;
import static dev.quern.quantizers.recipe.Role.FFN_DOWN;

import java.util.List;

/// Super-blocks of 256 weights: `_S`, `_M` and `_L` say how many tensors get more bits.
final class KQuantRecipes {
  static final List<Recipe> ALL =
      List.of(
          new Recipe("Q2_K", 10, Q2_K)
              .on(ATTENTION_V, when(GROUPED, Q4_K), otherwise(Q3_K))
              .on(FFN_DOWN, otherwise(Q3_K))
              .on(ATTENTION_OUTPUT, when(FALCON, Q2_K), when(EIGHT_EXPERTS, Q5_K), otherwise(Q3_K)),
          new Recipe("Q2_K_S", 21, Q2_K)
              .needingImportance()
              .on(ATTENTION_V, when(GROUPED, Q4_K))
              .on(FFN_DOWN, when(first(8), Q4_K)),
          new Recipe("Q3_K_S", 11, Q3_K)
              .on(ATTENTION_OUTPUT, when(EIGHT_EXPERTS.and(FALCON.not()), Q5_K)),
          new Recipe("Q3_K_M", 12, Q3_K, "Q3_K")
              .on(ATTENTION_V, when(before(2), Q5_K), otherwise(Q4_K))
              .on(FFN_DOWN, when(first(16), Q5_K), when(FALCON.not().or(MORE_BITS), Q4_K))
              .on(ATTENTION_OUTPUT, when(FALCON, Q3_K), when(EIGHT_EXPERTS, Q5_K), otherwise(Q4_K)),
          new Recipe("Q3_K_L", 13, Q3_K)
              .on(ATTENTION_V, otherwise(Q5_K))
              .on(FFN_DOWN, when(FALCON, Q4_K), otherwise(Q5_K))
              .on(ATTENTION_OUTPUT, when(FALCON, Q4_K), when(EIGHT_EXPERTS, Q3_K), otherwise(Q5_K)),
          new Recipe("Q4_K_S", 14, Q4_K)
              .on(ATTENTION_V, when(before(4), Q5_K))
              .on(FFN_DOWN, when(FALCON.not().and(first(8)), Q5_K))
              .on(ATTENTION_OUTPUT, when(EIGHT_EXPERTS.and(FALCON.not()), Q5_K)),
          new Recipe("Q4_K_M", 15, Q4_K, "Q4_K")
              .on(ATTENTION_V, when(MORE_BITS, Q6_K))
              .on(
                  FFN_DOWN,
                  when(FALCON.and(first(16)), Q6_K),
                  when(FALCON.and(MORE_BITS), Q5_K),
                  when(FALCON.not().and(MORE_BITS), Q6_K))
              .on(ATTENTION_OUTPUT, when(EIGHT_EXPERTS.and(FALCON.not()), Q5_K)),
          new Recipe("Q5_K_S", 16, Q5_K),
          new Recipe("Q5_K_M", 17, Q5_K, "Q5_K")
              .on(ATTENTION_V, when(MORE_BITS, Q6_K))
              .on(FFN_DOWN, when(MORE_BITS, Q6_K)),
          new Recipe("Q6_K", 18, Q6_K));

  private KQuantRecipes() {}
}
