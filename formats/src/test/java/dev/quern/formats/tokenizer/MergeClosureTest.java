package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.tokenizer.BpeModel.Merge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MergeClosureTest {
  private static final List<Merge> MERGES =
      List.of(new Merge("a", "b"), new Merge("b", "c"), new Merge("ab", "c"));

  @Test
  void holdsWhereMergesMakeEveryToken() {
    assertThat(closed(MERGES, "a", "b", "c", "ab", "bc", "abc")).isTrue();
  }

  @Test
  void failsWhereATokenHasNoMerges() {
    assertThat(closed(MERGES, "a", "b", "c", "ab", "bc", "abc", "ca")).isFalse();
  }

  /// `bca` has merges, but `ab` takes the `b` of `abca` first.
  @Test
  void failsWhereAnotherMergeComesFirst() {
    List<Merge> merges = List.of(new Merge("a", "b"), new Merge("b", "c"), new Merge("a", "bc"));
    assertThat(closed(merges, "a", "b", "c", "ab", "bc", "abc")).isFalse();
  }

  @Test
  void leavesOutAddedTokens() {
    assertThat(closed(MERGES, "a", "b", "c", "ab", "bc", "abc", "<end>")).isFalse();
    assertThat(
            MergeClosure.reachesEveryToken(
                model(MERGES, "a", "b", "c", "ab", "bc", "abc", "<end>"), Set.of("<end>")))
        .isTrue();
  }

  private static boolean closed(List<Merge> merges, String... tokens) {
    return MergeClosure.reachesEveryToken(model(merges, tokens), Set.of());
  }

  private static BpeVocabulary model(List<Merge> merges, String... tokens) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String token : tokens) {
      ids.put(token, ids.size());
    }
    return new BpeVocabulary(ids, merges, false);
  }
}
