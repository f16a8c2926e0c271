package dev.quern.quantizers.recipe;

import static dev.quern.formats.GgmlType.BF16;
import static dev.quern.formats.GgmlType.F16;
import static dev.quern.formats.GgmlType.F32;
import static dev.quern.formats.GgmlType.Q4_0;
import static dev.quern.formats.GgmlType.Q4_1;
import static dev.quern.formats.GgmlType.Q5_0;
import static dev.quern.formats.GgmlType.Q5_1;
import static dev.quern.formats.GgmlType.Q8_0;
import static dev.quern.quantizers.recipe.Condition.IMPORTANCE;
import static dev.quern.quantizers.recipe.Condition.first;
import static dev.quern.quantizers.recipe.Recipe.when;
import static dev.quern.quantizers.recipe.Role.FFN_DOWN;

import java.util.List;

/// Floats, and blocks of 32 weights.
final class PlainRecipes {
  static final List<Recipe> ALL =
      List.of(
          new Recipe("F32", 0, F32),
          new Recipe("F16", 1, F16),
          new Recipe("BF16", 32, BF16),
          new Recipe("Q8_0", 7, Q8_0),
          // an importance matrix can make the first of these much worse
          new Recipe("Q4_0", 2, Q4_0).on(FFN_DOWN, when(IMPORTANCE.and(first(8)), Q4_1)),
          new Recipe("Q4_1", 3, Q4_1),
          new Recipe("Q5_0", 8, Q5_0).on(FFN_DOWN, when(IMPORTANCE.and(first(8)), Q5_1)),
          new Recipe("Q5_1", 9, Q5_1));

  private PlainRecipes() {}
}
