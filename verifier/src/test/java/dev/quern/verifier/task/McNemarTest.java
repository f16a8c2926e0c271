package dev.quern.verifier.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class McNemarTest {
  private static List<TaskChoice> choices(String rights) {
    List<TaskChoice> choices = new ArrayList<>();
    for (int i = 0; i < rights.length(); i++) {
      choices.add(new TaskChoice(0, rights.charAt(i) == 'y' ? 0 : 1, 0));
    }
    return choices;
  }

  @Test
  void onlyTasksCountInWhichTheTwoDiffer() {
    McNemar test = McNemar.of(choices("yyyyynnn"), choices("yynnnynn"));
    assertThat(test.lost()).isEqualTo(3);
    assertThat(test.won()).isEqualTo(1);
    // 2 (C(4,0) + C(4,1)) / 2^4
    assertThat(test.probability()).isCloseTo(10.0 / 16, within(1e-12));
  }

  @Test
  void tenLostAndNoneWonIsNoChance() {
    McNemar test = McNemar.of(choices("y".repeat(10)), choices("n".repeat(10)));
    assertThat(test.probability()).isCloseTo(2.0 / 1024, within(1e-12));
  }

  @Test
  void equalModelsDoNotDiffer() {
    assertThat(McNemar.of(choices("yn"), choices("yn"))).isEqualTo(new McNemar(0, 0, 1));
  }

  @Test
  void bothMustHaveDoneTheSame() {
    assertThatThrownBy(() -> McNemar.of(choices("y"), choices("yy")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scoresHaveWilsonsInterval() {
    TaskScore score = TaskScore.of(choices("y".repeat(30) + "n".repeat(70)));
    assertThat(score.share()).isEqualTo(0.3);
    assertThat(score.unnormalized()).isEqualTo(100);
    assertThat(score.low()).isCloseTo(0.2189488, within(1e-6));
    assertThat(score.high()).isCloseTo(0.3958485, within(1e-6));
  }
}
