package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  @Test
  void perplexityOfTheUniformModelIsItsVocabulary() {
    BigramModel uniform = BigramModel.constant(0.25, 0.25, 0.25, 0.25);

    Quality.Alone quality = evaluation(cycle(64, 4), 8).perplexity(uniform);

    assertThat(quality.perplexity().value()).isCloseTo(4, within(1e-12));
    assertThat(quality.perplexity().error()).isCloseTo(0, within(1e-7));
    assertThat(quality.positions()).isEqualTo(8 * 3);
    assertThat(quality.nonFinite()).isZero();
  }

  @Test
  void perplexityAndErrorAreThoseWorkedOutByHand() {
    // pieces of 4: positions 2 score the token at 3, which is 0, 1, 1, 1
    int[] tokens = {2, 2, 2, 0, 2, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 1};
    BigramModel model = BigramModel.constant(0.5, 0.25, 0.25);

    Estimate perplexity = evaluation(tokens, 4).perplexity(model).perplexity();

    double ln2 = Math.log(2);
    double mean = (ln2 + 3 * 2 * ln2) / 4;
    double meanOfSquares = (ln2 * ln2 + 3 * 4 * ln2 * ln2) / 4;
    double error = Math.sqrt((meanOfSquares - mean * mean) / 3);
    assertThat(perplexity.value()).isCloseTo(Math.exp(mean), within(1e-6));
    assertThat(perplexity.error()).isCloseTo(error * Math.exp(mean), within(1e-6));
  }

  @Test
  void divergenceIsThatWorkedOutByHand() {
    BigramModel base = BigramModel.constant(0.5, 0.25, 0.25);
    BigramModel candidate = BigramModel.constant(0.25, 0.5, 0.25);

    Quality.Against quality = evaluation(cycle(36, 3), 12).compare(base, candidate);

    // 0.5 ln 2 - 0.25 ln 2 at every position
    double expected = 0.25 * Math.log(2);
    assertThat(quality.divergence().mean().value()).isCloseTo(expected, within(1e-7));
    assertThat(quality.divergence().mean().error()).isCloseTo(0, within(1e-8));
    assertThat(quality.divergence().median()).isCloseTo(expected, within(1e-7));
    assertThat(quality.divergence().max()).isCloseTo(expected, within(1e-7));
    assertThat(quality.sameTop().value()).isZero();
  }

  @Test
  void ratioAndShiftAreThoseWorkedOutByHand() {
    // pieces of 4 score one token each: 0, 1, 1, 0
    int[] tokens = {2, 2, 2, 0, 2, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 0};
    BigramModel base = BigramModel.constant(0.5, 0.25, 0.25);
    BigramModel candidate = BigramModel.constant(0.25, 0.25, 0.5);

    Quality.Against quality = evaluation(tokens, 4).compare(base, candidate);

    double ln2 = Math.log(2);
    assertThat(quality.logRatio().value()).isCloseTo(0.5 * ln2, within(1e-7));
    assertThat(quality.logRatio().error())
        .isCloseTo(Math.sqrt((0.5 - 0.25) * ln2 * ln2 / 3), within(1e-7));
    assertThat(quality.ratio().value()).isCloseTo(Math.sqrt(2), within(1e-7));
    assertThat(quality.perplexity().value()).isCloseTo(4, within(1e-6));
    assertThat(quality.basePerplexity().value()).isCloseTo(Math.exp(1.5 * ln2), within(1e-6));
    assertThat(quality.shift().mean().value()).isCloseTo(-0.125, within(1e-7));
    assertThat(quality.shift().rootMeanSquare().value())
        .isCloseTo(Math.sqrt(0.0625 / 2), within(1e-7));
  }

  @Test
  void aModelIsItsOwnEqual() {
    int[] tokens = random(600, 40, 3);

    Quality.Against quality =
        evaluation(tokens, 20).compare(randomModel(40, 5), randomModel(40, 5));

    assertThat(quality.divergence().mean()).isEqualTo(new Estimate(0, 0));
    assertThat(quality.divergence().max()).isZero();
    assertThat(quality.sameTop()).isEqualTo(new Estimate(1, 0));
    assertThat(quality.logRatio()).isEqualTo(new Estimate(0, 0));
    assertThat(quality.shift().rootMeanSquare()).isEqualTo(new Estimate(0, 0));
  }

  @Test
  void sameTopCountsPositionsAndHasABinomialError() {
    // after token 0 both prefer 0; after token 1 they do not agree
    BigramModel base = new BigramModel(new float[] {1, 0}, new float[] {1, 0});
    BigramModel candidate = new BigramModel(new float[] {2, 0}, new float[] {0, 2});
    int[] tokens = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    Estimate same = evaluation(tokens, 4).compare(base, candidate).sameTop();

    assertThat(same.value()).isEqualTo(0.75);
    assertThat(same.error()).isCloseTo(Math.sqrt(0.75 * 0.25 / 3), within(1e-12));
  }

  @Test
  void perplexityIsTheSameAloneAndInAComparison() {
    int[] tokens = random(900, 30, 8);
    Quality.Alone alone = evaluation(tokens, 50).perplexity(randomModel(30, 1));
    Quality.Against pair = evaluation(tokens, 50).compare(randomModel(30, 2), randomModel(30, 1));

    assertThat(pair.perplexity()).isEqualTo(alone.perplexity());
  }

  @Test
  void everyPositionReachesTheSinkInOrder() {
    BigramModel base = BigramModel.constant(0.5, 0.25, 0.25);
    BigramModel candidate = BigramModel.constant(0.25, 0.5, 0.25);
    int[] tokens = {0, 0, 0, 1, 2, 0, 1, 2, 0, 1, 2, 2};
    List<PositionScore> scores = new ArrayList<>();
    Chunks chunks = Chunks.of(tokens, 6, Integer.MAX_VALUE, OptionalInt.empty());

    Quality.Against quality =
        new Evaluation(
                chunks, 2, Progress.none(), List.<PositionSink>of(scores::add), Journal.none())
            .compare(base, candidate);

    assertThat(scores)
        .extracting(PositionScore::chunk, PositionScore::position, PositionScore::follower)
        .containsExactly(tuple(0, 3, 2), tuple(0, 4, 0), tuple(1, 3, 2), tuple(1, 4, 2));
    assertThat(scores).allSatisfy(score -> assertThat(score.sameTop()).isFalse());
    assertThat(scores.stream().mapToDouble(PositionScore::shift).average().orElseThrow())
        .isCloseTo(quality.shift().mean().value(), within(1e-12));
    assertThat(scores.stream().mapToDouble(PositionScore::divergence).average().orElseThrow())
        .isCloseTo(quality.divergence().mean().value(), within(1e-12));
  }

  @Test
  void figuresDoNotDependOnThreads() {
    int[] tokens = random(2000, 50, 9);
    Chunks chunks = Chunks.of(tokens, 500, Integer.MAX_VALUE, OptionalInt.of(1));
    List<Quality.Against> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3, 7}) {
      Evaluation evaluation = new Evaluation(chunks, threads, Progress.none());
      results.add(evaluation.compare(randomModel(50, 1), randomModel(50, 2)));
    }

    assertThat(results).allMatch(results.getFirst()::equals);
  }

  @Test
  void readsEveryPieceFromTheStartAndAsksForTheScoredPositionsOnly() {
    BigramModel model = BigramModel.constant(0.5, 0.25, 0.25);
    int[] tokens = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0};
    Chunks chunks = Chunks.of(tokens, 6, Integer.MAX_VALUE, OptionalInt.of(2));

    new Evaluation(chunks, 1, Progress.none()).perplexity(model);

    assertThat(model.fed).containsExactly(List.of(2, 1, 2, 0, 1), List.of(2, 1, 2, 0, 1));
    assertThat(model.asked).containsExactly(List.of(3, 4), List.of(3, 4));
  }

  @Test
  void asksForLongPiecesInBatches() {
    BigramModel model = BigramModel.constant(0.5, 0.25, 0.25);
    List<Long> steps = new ArrayList<>();
    Chunks chunks = Chunks.of(cycle(1400, 3), 700, 1, OptionalInt.empty());

    Quality quality =
        new Evaluation(chunks, 1, (done, total) -> steps.add(total - done)).perplexity(model);

    assertThat(quality.positions()).isEqualTo(349);
    assertThat(model.asked.getFirst()).isEqualTo(IntStream.range(350, 699).boxed().toList());
    assertThat(steps).containsExactly(349L, 221L, 93L, 0L);
  }

  @Test
  void logitsThatAreNotNumbersMakeFiguresThatAreNotNumbers() {
    BigramModel base = BigramModel.constant(0.5, 0.5);
    BigramModel candidate = new BigramModel(new float[] {0, 1}, new float[] {0.5f, Float.NaN});
    // three of the four scored tokens follow a 0
    int[] tokens = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0};

    Quality.Against quality = evaluation(tokens, 4).compare(base, candidate);

    assertThat(quality.nonFinite()).isEqualTo(1);
    assertThat(quality.perplexity().value()).isNaN();
    assertThat(quality.divergence().mean().value()).isNaN();
    assertThat(quality.divergence().max()).isNaN();
    assertThat(quality.basePerplexity().value()).isCloseTo(2, within(1e-6));
    assertThat(evaluation(tokens, 4).perplexity(candidate).nonFinite()).isEqualTo(1);
  }

  @Test
  void aTokenThatTheCandidateRulesOutDivergesInfinitely() {
    float never = Float.NEGATIVE_INFINITY;
    BigramModel base = new BigramModel(new float[] {0, 0}, new float[] {0, never});
    BigramModel candidate = new BigramModel(new float[] {0, never}, new float[] {0, never});
    int[] tokens = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0};

    Quality.Against quality = evaluation(tokens, 4).compare(base, candidate);

    assertThat(quality.divergence().max()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(quality.nonFinite()).isEqualTo(1); // where both rule it out, nothing is lost
  }

  @Test
  void rejectsModelsThatDoNotFitTheTextOrEachOther() {
    BigramModel two = BigramModel.constant(0.5, 0.5);
    BigramModel three = BigramModel.constant(0.5, 0.25, 0.25);
    Evaluation evaluation = evaluation(cycle(32, 3), 8);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluation.perplexity(two))
        .withMessageStartingWith("the text has token 2, and the model knows 2 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluation.compare(three, two))
        .withMessageStartingWith("the candidate has 2 tokens and the base 3");
  }

  private static Evaluation evaluation(int[] tokens, int context) {
    return new Evaluation(
        Chunks.of(tokens, context, Integer.MAX_VALUE, OptionalInt.empty()), 2, Progress.none());
  }

  private static int[] cycle(int count, int vocabulary) {
    return IntStream.range(0, count).map(i -> i % vocabulary).toArray();
  }

  private static int[] random(int count, int vocabulary, long seed) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  private static BigramModel randomModel(int vocabulary, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[vocabulary][vocabulary];
    for (float[] row : rows) {
      for (int i = 0; i < vocabulary; i++) {
        row[i] = (float) (3 * random.nextGaussian());
      }
    }
    return new BigramModel(rows);
  }
}
