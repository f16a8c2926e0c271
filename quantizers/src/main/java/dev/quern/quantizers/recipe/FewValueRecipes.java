package dev.quern.quantizers.recipe;

import static dev.quern.formats.GgmlType.MXFP4;
import static dev.quern.formats.GgmlType.Q1_0;
import static dev.quern.formats.GgmlType.Q2_0;
import static dev.quern.formats.GgmlType.Q4_K;
import static dev.quern.formats.GgmlType.Q8_0;
import static dev.quern.formats.GgmlType.TQ1_0;
import static dev.quern.formats.GgmlType.TQ2_0;
import static dev.quern.quantizers.recipe.Recipe.otherwise;
import static dev.quern.quantizers.recipe.Role.TOKEN_EMBEDDING;

import java.util.List;

/// For models that were trained to have only a few different weights.
final class FewValueRecipes {
  static final List<Recipe> ALL =
      List.of(
          new Recipe("TQ1_0", 36, TQ1_0).on(TOKEN_EMBEDDING, otherwise(Q4_K)),
          new Recipe("TQ2_0", 37, TQ2_0).on(TOKEN_EMBEDDING, otherwise(Q4_K)),
          new Recipe("MXFP4_MOE", 38, MXFP4).onlyExperts(Q8_0),
          new Recipe("Q1_0", 40, Q1_0),
          new Recipe("Q2_0", 41, Q2_0).on(TOKEN_EMBEDDING, otherwise(Q4_K)));

  private FewValueRecipes() {}
}
