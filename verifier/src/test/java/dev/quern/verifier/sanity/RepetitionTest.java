package dev.quern.verifier.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.verifier.LogitsSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

final class RepetitionTest {
  private static final int VOCABULARY = 100;
  private static final List<int[]> PROMPTS =
      List.of(new int[] {1, 2}, new int[] {5}, new int[] {9});

  @Test
  void acceptsAModelThatGoesOn() {
    assertThat(Repetition.compare(next(t -> t + 1), next(t -> t + 1), PROMPTS)).isEmpty();
  }

  @Test
  void findsACandidateThatRunsInCirclesWhereItsSourceDoesNot() {
    assertThat(Repetition.compare(next(t -> t % 3), next(t -> t + 1), PROMPTS))
        .contains(
            Finding.fault(
                "generation",
                "greedy generation runs in circles for 3 of 3 prompts, the source's for 0"));
  }

  @Test
  void onlyNotesItWhenTheSourceDoesSoToo() {
    assertThat(Repetition.compare(next(t -> 7), next(t -> 7), PROMPTS))
        .hasValueSatisfying(finding -> assertThat(finding.isFault()).isFalse());
  }

  @Test
  void takesPromptsFromTheWholeText() {
    assertThat(Repetition.prompts(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 3))
        .containsExactly(new int[] {0, 1, 2}, new int[] {4, 5, 6});
    assertThat(Repetition.prompts(new int[] {0, 1}, 2, 3)).isEmpty();
  }

  /// A model whose likeliest token follows from the last alone.
  private static LogitsSource next(IntUnaryOperator successor) {
    return new LogitsSource() {
      @Override
      public int vocabularySize() {
        return VOCABULARY;
      }

      @Override
      public void start() {}

      @Override
      public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
        Arrays.fill(logits, 0);
        logits[successor.applyAsInt(tokens[from + count - 1]) % VOCABULARY] = 1;
      }
    };
  }
}
