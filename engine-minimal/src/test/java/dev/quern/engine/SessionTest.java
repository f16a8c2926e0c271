package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final int VOCABULARY = TestModel.VOCABULARY;
  private static final int[] TOKENS = Runs.tokens(100, VOCABULARY, 5);

  private final TestModel view = TestModel.random(GgmlType.F32, 4);
  private final LanguageModel model = LanguageModel.load(view, EngineOptions.exact(2));

  @AfterEach
  void close() {
    model.close();
    view.close();
  }

  @Test
  void tokensFedLaterSeeThoseFedBefore() {
    float[] whole = Runs.logits(model, model.newSession(100), TOKENS, 100);
    for (int step : new int[] {64, 33, 6, 5, 1}) {
      float[] cut = Runs.logits(model, model.newSession(100), TOKENS, step);
      assertThat(Runs.distance(cut, whole)).as("step %d", step).isLessThan(1e-4);
    }
  }

  @Test
  void logitsDependOnTheSizeOfBatchesByRoundingOnly() {
    int[] tokens = Runs.tokens(700, VOCABULARY, 7);
    float[] expected = Runs.logits(model, model.newSession(700, 512), tokens, 700);
    for (int most : new int[] {64, 192, 448}) {
      float[] logits = Runs.logits(model, model.newSession(700, most), tokens, 700);
      assertThat(Runs.distance(logits, expected)).as("batches of %d", most).isLessThan(1e-4);
    }
  }

  @Test
  void logitsDoNotDependOnTheOtherTokensOfABatch() {
    Session session = model.newSession(100);
    float[] ten = new float[10 * VOCABULARY];
    session.feed(TOKENS, 0, 10, 10, ten);
    session.reset();
    float[] forty = new float[40 * VOCABULARY];
    session.feed(TOKENS, 0, 40, 40, forty);
    assertThat(Arrays.copyOf(forty, ten.length)).isEqualTo(ten);
  }

  @Test
  void logitsDoNotDependOnTheNumberOfThreads() {
    for (int step : new int[] {100, 4, 1}) {
      float[] expected = Runs.logits(model, model.newSession(100), TOKENS, step);
      for (int threads : new int[] {1, 3, 4}) {
        assertThat(Runs.logits(view, EngineOptions.exact(threads), TOKENS, step))
            .as("%d threads, step %d", threads, step)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void truncatingIsAsIfTheRestHadNeverBeenFed() {
    Session session = model.newSession(100);
    float[] first = new float[VOCABULARY];
    session.feed(TOKENS, 0, 70, 0, first);
    session.feed(TOKENS, 70, 8, 1, first);
    session.feed(TOKENS, 5, 20, 0, first.clone());
    session.truncate(70);
    assertThat(session.position()).isEqualTo(70);
    float[] again = new float[VOCABULARY];
    session.feed(TOKENS, 70, 8, 1, again);
    assertThat(again).isEqualTo(first);
  }

  @Test
  void resettingIsAsIfNothingHadBeenFed() {
    Session session = model.newSession(100);
    float[] fresh = Runs.logits(model, session, TOKENS, 30);
    session.reset();
    assertThat(session.position()).isZero();
    assertThat(Runs.logits(model, session, TOKENS, 30)).isEqualTo(fresh);
  }

  @Test
  void onlyTheWantedLogitsAreWritten() {
    float[] all = new float[20 * VOCABULARY];
    model.newSession(20).feed(TOKENS, 0, 20, 20, all);
    float[] three = new float[3 * VOCABULARY + 1];
    Arrays.fill(three, 77);
    model.newSession(20).feed(TOKENS, 0, 20, 3, three);
    assertThat(three[3 * VOCABULARY]).isEqualTo(77);
    float[] last = Arrays.copyOfRange(all, 17 * VOCABULARY, 20 * VOCABULARY);
    assertThat(Runs.distance(Arrays.copyOf(three, 3 * VOCABULARY), last)).isLessThan(1e-4);
    model.newSession(20).feed(TOKENS, 0, 20, 0, new float[0]);
  }

  @Test
  void textsLongerThanABatchAreCut() {
    int[] tokens = Runs.tokens(1100, VOCABULARY, 6);
    float[] logits = new float[600 * VOCABULARY];
    Session session = model.newSession(1100);
    session.feed(tokens, 0, 1100, 600, logits);
    assertThat(session.position()).isEqualTo(1100);
    session.truncate(500);
    float[] again = new float[100 * VOCABULARY];
    session.feed(tokens, 500, 100, 100, again);
    assertThat(Runs.distance(again, Arrays.copyOf(logits, again.length))).isLessThan(1e-4);
  }

  @Test
  void roomThatIsNotUsedCostsNothing() {
    float[] logits = new float[VOCABULARY];
    Session session = model.newSession(100_000_000);
    session.feed(TOKENS, 0, 65, 1, logits);
    assertThat(session.position()).isEqualTo(65);
  }

  @Test
  void sessionsOfOneModelDoNotMeet() {
    float[] expected = Runs.logits(model, model.newSession(100), TOKENS, 25);
    Session one = model.newSession(100);
    Session other = model.newSession(100);
    float[] logits = new float[25 * VOCABULARY];
    for (int i = 0; i < 100; i += 25) {
      one.feed(TOKENS, i, 25, 25, logits);
      assertThat(logits)
          .isEqualTo(Arrays.copyOfRange(expected, i * VOCABULARY, (i + 25) * VOCABULARY));
      other.feed(TOKENS, 99 - i, 1, 1, logits);
    }
  }

  @Test
  void rejectsWhatDoesNotFit() {
    Session session = model.newSession(10);
    float[] logits = new float[VOCABULARY];
    assertThatThrownBy(() -> session.feed(TOKENS, 0, 11, 1, logits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("11 tokens at position 0 do not fit in 10");
    assertThatThrownBy(() -> session.feed(TOKENS, 0, 2, 2, logits))
        .hasMessage("2 x 300 logits do not fit in 300");
    assertThatThrownBy(() -> session.feed(TOKENS, 0, 2, 3, logits))
        .hasMessage("logits of 3 of 2 tokens");
    assertThatThrownBy(() -> session.feed(TOKENS, 99, 2, 1, logits))
        .hasMessage("tokens 99 to 101 of 100");
    assertThatThrownBy(() -> session.feed(new int[] {3, 300}, 0, 2, 1, logits))
        .hasMessage("token 300 is not in the vocabulary of 300");
    assertThatThrownBy(() -> session.feed(new int[] {-1}, 0, 1, 1, logits))
        .hasMessage("token -1 is not in the vocabulary of 300");
    assertThatThrownBy(() -> session.truncate(1))
        .hasMessage("cannot keep 1 positions, the session has 0");
    assertThatThrownBy(() -> model.newSession(0)).hasMessage("capacity is 0, wanted at least 1");
    assertThat(session.position()).isZero();
  }
}
