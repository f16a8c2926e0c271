package dev.quern.verifier.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.Journal;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionSink;
import dev.quern.verifier.Progress;
import dev.quern.verifier.Quality;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.baseline.BaselineFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
  private static final int VOCABULARY = 50;

  @TempDir private Path folder;

  private final Chunks chunks = Chunks.of(tokens(40 * 16), 16, 30, OptionalInt.of(1));

  @Test
  void savingChangesNoFigure() {
    Quality.Against plain = evaluation(PositionSink.none()).compare(new Table(1), new Table(2));

    assertThat(save(VOCABULARY)).isEqualTo(plain);
  }

  @Test
  void aWholeBaselineStandsForItsModel() {
    Quality.Against plain = save(VOCABULARY);

    Quality.Against again = read(file(), new Table(2), PositionSink.none());

    assertThat(again.divergence().mean().value())
        .isCloseTo(plain.divergence().mean().value(), within(1e-6));
    assertThat(again.divergence().max()).isCloseTo(plain.divergence().max(), within(1e-6));
    assertThat(again.basePerplexity().value())
        .isCloseTo(plain.basePerplexity().value(), within(1e-4));
    assertThat(again.perplexity()).isEqualTo(plain.perplexity());
    assertThat(again.sameTop()).isEqualTo(plain.sameTop());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 49})
  void theRestCountsAsOneToken(int top) {
    save(top);
    List<PositionScore> scores = new ArrayList<>();

    read(file(), new Table(2), scores::add);

    assertThat(scores).hasSize(30 * 7);
    for (PositionScore score : scores) {
      int token = chunks.tokens(score.chunk())[score.position()];
      double[] base = probabilities(new Table(1).row(token));
      double[] own = probabilities(new Table(2).row(token));
      assertThat(score.divergence())
          .isCloseTo(coarse(base, own, top, score.follower()), within(2e-6));
      assertThat(Math.exp(score.baseLogProbability()))
          .isCloseTo(base[score.follower()], within(1e-6));
    }
  }

  @Test
  void fewerPiecesMayBeRead() {
    save(VOCABULARY);
    Chunks fewer = Chunks.of(tokens(40 * 16), 16, 3, OptionalInt.of(1));

    try (BaselineReader base = BaselineReader.open(file())) {
      Quality.Against quality =
          new Evaluation(fewer, 1, Progress.none()).compare(base, new Table(2));
      assertThat(quality.positions()).isEqualTo(3 * 7);
    }
  }

  @Test
  void anotherTextIsRefused() {
    save(VOCABULARY);
    int[] tokens = tokens(40 * 16);
    tokens[30] = (tokens[30] + 1) % VOCABULARY;
    Chunks other = Chunks.of(tokens, 16, 30, OptionalInt.of(1));

    try (BaselineReader base = BaselineReader.open(file())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Evaluation(other, 1, Progress.none()).compare(base, new Table(2)))
          .withMessageContaining("(piece 1, position 14)");
    }
  }

  @Test
  void factsAreKept() {
    save(10);

    assertThat(BaselineReader.facts(file())).isEqualTo(facts(10));
  }

  @Test
  void whatDiffersIsNamed() {
    BaselineFacts facts = facts(VOCABULARY);
    TextFacts text = facts.text();
    Path file = Path.of("b.arrow");
    List<BaselineFacts> others =
        List.of(
            with(facts, "other", text),
            with(
                facts,
                facts.tokenizerHash(),
                new TextFacts("t", 9, "00", 640, 16, 30, TextFacts.Cut.PIECES)),
            with(
                facts,
                facts.tokenizerHash(),
                new TextFacts("t", 9, "ab", 640, 32, 30, TextFacts.Cut.PIECES)),
            with(
                facts,
                facts.tokenizerHash(),
                new TextFacts("t", 9, "ab", 640, 16, 31, TextFacts.Cut.PIECES)));
    List<String> messages =
        List.of(
            "tokenizer (SHA-256): tok, wanted other",
            "text (SHA-256)",
            "tokens in a piece: 16, wanted 32",
            "30 pieces of the text, wanted 31");

    for (int i = 0; i < others.size(); i++) {
      BaselineFacts other = others.get(i);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> facts.require(file, other))
          .withMessageContaining(messages.get(i));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> facts.requireModel(file, "ff"))
        .withMessageContaining("another model (SHA-256): model, wanted ff");
    facts.require(file, facts);
  }

  @Test
  void damagedFilesAreRefusedInOneLine() throws IOException {
    save(VOCABULARY);
    byte[] whole = Files.readAllBytes(file());
    Path cut = Files.write(folder.resolve("cut.arrow"), Arrays.copyOf(whole, 4000));
    Path other = folder.resolve("other.arrow");
    SummaryTables.writeChunks(other, List.of());
    Path text = Files.writeString(folder.resolve("text.arrow"), "not a table at all");

    for (Path file : List.of(cut, other, text)) {
      assertThatThrownBy(() -> BaselineReader.open(file))
          .as(file.toString())
          .isInstanceOf(MalformedFileException.class)
          .message()
          .startsWith(file.toString())
          .doesNotContain("\n");
    }
  }

  @Test
  void anInterruptedBaselineDoesNotAppear() throws IOException {
    try (BaselineWriter base = BaselineWriter.open(file(), new Table(1), facts(VOCABULARY))) {
      base.start();
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private Quality.Against save(int top) {
    try (BaselineWriter base = BaselineWriter.open(file(), new Table(1), facts(top))) {
      Quality.Against quality = evaluation(PositionSink.none()).compare(base, new Table(2));
      base.finish();
      return quality;
    }
  }

  private Quality.Against read(Path file, LogitsSource candidate, PositionSink sink) {
    try (BaselineReader base = BaselineReader.open(file)) {
      return evaluation(sink).compare(base, candidate);
    }
  }

  private Evaluation evaluation(PositionSink sink) {
    return new Evaluation(chunks, 2, Progress.none(), List.of(sink), Journal.none());
  }

  private Path file() {
    return folder.resolve("base.arrow");
  }

  /// The divergence over the `top` most likely tokens, the follower, and the rest as one.
  private static double coarse(double[] base, double[] own, int top, int follower) {
    List<Integer> order =
        Stream.iterate(0, i -> i < VOCABULARY, i -> i + 1)
            .sorted((a, b) -> Double.compare(base[b], base[a]))
            .toList();
    List<Integer> kept = new ArrayList<>(order.subList(0, top));
    if (!kept.contains(follower)) {
      kept.set(top - 1, follower);
    }
    double sum = 0;
    double baseRest = 1;
    double ownRest = 1;
    for (int token : kept) {
      sum += base[token] * Math.log(base[token] / own[token]);
      baseRest -= base[token];
      ownRest -= own[token];
    }
    return sum + baseRest * Math.log(baseRest / ownRest);
  }

  private static double[] probabilities(float[] logits) {
    double sum = 0;
    double[] values = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      values[i] = Math.exp(logits[i]);
      sum += values[i];
    }
    for (int i = 0; i < logits.length; i++) {
      values[i] /= sum;
    }
    return values;
  }

  private static BaselineFacts with(BaselineFacts facts, String tokenizer, TextFacts text) {
    return new BaselineFacts(
        facts.model(), facts.modelHash(), tokenizer, text, facts.vocabulary(), facts.top());
  }

  private static BaselineFacts facts(int top) {
    return new BaselineFacts(
        new ModelFacts("base", 100, 50, 16),
        "model",
        "tok",
        new TextFacts("t", 9, "ab", 640, 16, 30, TextFacts.Cut.PIECES),
        VOCABULARY,
        top);
  }

  private static int[] tokens(int count) {
    return new Random(4).ints(count, 0, VOCABULARY).toArray();
  }

  /// Random logits after each token.
  private record Table(long seed) implements LogitsSource {
    float[] row(int token) {
      Random random = new Random(1000 + token);
      Random noise = new Random(seed * 7919 + token);
      float[] row = new float[VOCABULARY];
      for (int i = 0; i < VOCABULARY; i++) {
        row[i] = (float) (2 * random.nextGaussian() + 0.3 * noise.nextGaussian());
      }
      return row;
    }

    @Override
    public int vocabularySize() {
      return VOCABULARY;
    }

    @Override
    public void start() {
      // knows no position
    }

    @Override
    public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
      for (int i = 0; i < wanted; i++) {
        float[] row = row(tokens[from + count - wanted + i]);
        System.arraycopy(row, 0, logits, i * VOCABULARY, VOCABULARY);
      }
    }
  }
}
