package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.Router;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which experts are chosen, also by products that are no numbers.
class RouteStepTest {
  private static final float NAN = Float.NaN;
  private static final float LEAST = Float.NEGATIVE_INFINITY;

  @EnumSource
  @ParameterizedTest
  void theLargestAreChosenTheFirstOfEqualsFirst(Gating gating) {
    assertThat(chosen(gating, 1, null, 1, 3, 2, 3)).containsExactly(1, 3);
    assertThat(chosen(gating, 1, null, 2, 2, 2, 2)).containsExactly(0, 1);
    assertThat(chosen(gating, 1, null, 1, 2, 3, 4)).containsExactly(3, 2);
  }

  @EnumSource
  @ParameterizedTest
  void noExpertIsChosenTwice(Gating gating) {
    float[] values = {NAN, LEAST, 1, Float.POSITIVE_INFINITY};
    for (int i = 0; i < 256; i++) {
      float[] products = {values[i & 3], values[i >> 2 & 3], values[i >> 4 & 3], values[i >> 6]};
      assertThat(chosen(gating, 1, null, products)).doesNotHaveDuplicates();
      assertThat(chosen(gating, 1, products, 4, 3, 2, 1)).doesNotHaveDuplicates();
      assertThat(chosen(gating, 2, null, products)).doesNotHaveDuplicates();
      assertThat(chosen(gating, 4, products, 4, 3, 2, 1)).doesNotHaveDuplicates();
    }
  }

  @EnumSource
  @ParameterizedTest
  void notANumberIsSeenInTheWeights(Gating gating) {
    RouteStep step = routed(gating, 1, null, 1, 2, NAN, 3);
    assertThat(step.weights[0]).isNaN();
  }

  private static int[] chosen(
      Gating gating, int groups, float @Nullable [] preference, float... products) {
    return routed(gating, groups, preference, products).chosen;
  }

  /// Two of the experts, from up to two of the groups.
  private static RouteStep routed(
      Gating gating, int groups, float @Nullable [] preference, float... products) {
    Batch batch = new Batch(products.length);
    batch.reserve(1);
    System.arraycopy(products, 0, batch.values, batch.at(0), products.length);
    Router router = new Router(gating, products.length, 2, groups, Math.min(groups, 2), true, 1);
    try (Workers workers = new Workers(1)) {
      RouteStep step = new RouteStep(workers, router);
      step.run(batch, preference, 1);
      assertThat(Arrays.stream(step.chosen)).allMatch(i -> i >= 0 && i < products.length);
      return step;
    }
  }
}
