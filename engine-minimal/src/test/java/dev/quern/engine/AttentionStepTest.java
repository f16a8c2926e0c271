package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.Direct;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.Norm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.Order;
import dev.quern.formats.architecture.BlockTraits.Residual;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.Scores;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention over contexts of several spans against the sums as they are written in papers.
class AttentionStepTest {
  private static final int HEADS = 4;
  private static final int LENGTH = 20;
  private static final int POSITIONS = 2200;
  private static final float SCALE = 0.3f;

  private final Random random = new Random(11);
  private float @Nullable [] sinks;
  private final float[] keys = values(POSITIONS * HEADS * LENGTH);
  private final float[] values = values(POSITIONS * HEADS * LENGTH);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0",
    "1, 1, 2199",
    "2, 1, 2199",
    "4, 1, 1500",
    "1, 5, 2190",
    "2, 24, 2170",
    "2, 25, 2170",
    "4, 400, 1800",
    "1, 2200, 0"
  })
  void seesWhatItShould(int keyValueHeads, int tokens, int position) {
    for (int window : new int[] {Attention.UNLIMITED, 1, 100, 1030, 1500}) {
      Attention traits = traits(keyValueHeads, window);
      float[] queries = values(tokens * HEADS * LENGTH);
      float[] actual = run(traits, queries, position, tokens, 2);
      for (int token = 0; token < tokens; token += Math.max(1, tokens / 5)) {
        for (int head = 0; head < HEADS; head++) {
          int at = (token * HEADS + head) * LENGTH;
          double[] expected = expected(traits, queries, at, head, position + token);
          for (int i = 0; i < LENGTH; i++) {
            assertThat(Math.abs(actual[at + i] - expected[i]))
                .as("window %d, token %d, head %d", window, token, head)
                .isLessThan(1e-5);
          }
        }
      }
    }
  }

  @Test
  void capsSlopesAndSinks() {
    int tokens = 30;
    int position = 1200;
    float[] queries = values(tokens * HEADS * LENGTH);
    for (Scores scores :
        List.of(new Scores(SCALE, 2, 0), new Scores(SCALE, 0, 8), new Scores(SCALE, 3, 4))) {
      Attention traits = traits(2, Attention.UNLIMITED, scores);
      for (float[] some : new float[][] {null, {-3, 0, 2, 9}}) {
        sinks = some;
        float[] actual = run(traits, queries, position, tokens, 2);
        for (int token = 0; token < tokens; token += 7) {
          for (int head = 0; head < HEADS; head++) {
            int at = (token * HEADS + head) * LENGTH;
            double[] expected = expected(traits, queries, at, head, position + token);
            for (int i = 0; i < LENGTH; i++) {
              assertThat((double) actual[at + i]).isCloseTo(expected[i], within(1e-5));
            }
          }
        }
      }
    }
  }

  @Test
  void slopesOfOtherThanPowersOfTwo() {
    assertThat(ScoreLoops.slopes(6, 8))
        .containsExactly(1 / 4f, 1 / 16f, 1 / 64f, 1 / 256f, 1 / 2f, 1 / 8f);
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "40"})
  void doesNotDependOnTheTokensBesideOrTheThreads(int step) {
    for (int window : new int[] {Attention.UNLIMITED, 1100}) {
      Attention traits = traits(2, window);
      float[] queries = values(120 * HEADS * LENGTH);
      float[] whole = run(traits, queries, 2050, 120, 2);
      assertThat(run(traits, queries, 2050, 120, 1)).isEqualTo(whole);
      for (int from = 0; from < 120; from += step) {
        int n = step * HEADS * LENGTH;
        float[] some = new float[n];
        System.arraycopy(queries, from * HEADS * LENGTH, some, 0, n);
        float[] expected = new float[n];
        System.arraycopy(whole, from * HEADS * LENGTH, expected, 0, n);
        assertThat(run(traits, some, 2050 + from, step, 3)).isEqualTo(expected);
      }
    }
  }

  private float[] run(Attention traits, float[] queries, int position, int tokens, int threads) {
    try (Workers workers = new Workers(threads);
        Arena arena = Arena.ofShared()) {
      WorkerScratch[] scratch = new WorkerScratch[threads];
      for (int i = 0; i < threads; i++) {
        scratch[i] = new WorkerScratch(16, 16, arena);
      }
      KeyValueCache cache = new FloatCache(CacheShape.of(traits), 1, POSITIONS);
      cache.reserve(POSITIONS);
      for (int p = 0; p < POSITIONS; p++) {
        int at = p * traits.keyValueHeads() * LENGTH;
        cache.store(0, p, keys, at, values, at);
      }
      Batch in = Batch.dense(HEADS * LENGTH);
      in.values = queries.clone();
      Batch out = Batch.dense(HEADS * LENGTH);
      out.reserve(tokens);
      new AttentionStep(workers, scratch, List.of(block(traits)), weights(sinks))
          .run(cache, 0, in, position, tokens, out);
      return out.values;
    }
  }

  private double[] expected(Attention traits, float[] queries, int at, int head, int position) {
    int keyValueHead = head / traits.headsPerKeyValue();
    int first = (int) Math.max(0, (long) position - traits.window() + 1);
    double[] sum = new double[LENGTH];
    double total = sinks == null ? 0 : Math.exp(sinks[head]);
    for (int p = first; p <= position; p++) {
      int row = (p * traits.keyValueHeads() + keyValueHead) * LENGTH;
      double weight = Math.exp(score(traits, queries, at, row, head, position - p));
      total += weight;
      for (int i = 0; i < LENGTH; i++) {
        sum[i] += weight * values[row + i];
      }
    }
    for (int i = 0; i < LENGTH; i++) {
      sum[i] /= total;
    }
    return sum;
  }

  private double score(Attention traits, float[] queries, int at, int row, int head, int distance) {
    double score = 0;
    for (int i = 0; i < LENGTH; i++) {
      score += (double) queries[at + i] * keys[row + i];
    }
    Scores scores = traits.scores();
    score *= scores.scale();
    if (scores.softCap() > 0) {
      score = scores.softCap() * Math.tanh(score / scores.softCap());
    }
    if (scores.alibi() > 0) {
      score -= Math.pow(2, -scores.alibi() * (head + 1) / HEADS) * distance;
    }
    return score;
  }

  private static Attention traits(int keyValueHeads, int window) {
    return traits(keyValueHeads, window, new Scores(SCALE, 0, 0));
  }

  private static Attention traits(int keyValueHeads, int window, Scores scores) {
    return new Attention(
        HEADS, keyValueHeads, LENGTH, LENGTH, window, 0, HeadNorm.NONE, scores, new Direct());
  }

  private static BlockTraits block(Attention attention) {
    return new BlockTraits(
        new Norm(NormKind.RMS, 1e-5f),
        NormPlaces.BEFORE,
        attention,
        Rotary.NONE,
        new Dense(Activation.SILU, true, 1),
        new Residual(Order.SEQUENTIAL, 1));
  }

  private static BlockWeights[] weights(float @Nullable [] sinks) {
    Matrix[] none = {};
    return new BlockWeights[] {
      new BlockWeights(
          new AttentionWeights(null, none, null, null, null, sinks, none, null),
          new FeedForwardWeights(null, none, none, null, null))
    };
  }

  private float[] values(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
