package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.WindowPattern;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention over contexts of several spans against the sums as they are written in papers.
class AttentionStepTest {
  private static final int HEADS = 4;
  private static final int LENGTH = 20;
  private static final int POSITIONS = 2200;
  private static final float SCALE = 0.3f;

  private final Random random = new Random(11);
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
    for (int window : new int[] {WindowPattern.UNLIMITED, 1, 100, 1030, 1500}) {
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

  @ParameterizedTest
  @CsvSource({"1", "3", "40"})
  void doesNotDependOnTheTokensBesideOrTheThreads(int step) {
    for (int window : new int[] {WindowPattern.UNLIMITED, 1100}) {
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
      new AttentionStep(workers, scratch, traits).run(cache, 0, in, position, tokens, out);
      return out.values;
    }
  }

  private double[] expected(Attention traits, float[] queries, int at, int head, int position) {
    int keyValueHead = head / traits.headsPerKeyValue();
    int first = (int) Math.max(0, (long) position - traits.window().length() + 1);
    double[] sum = new double[LENGTH];
    double total = 0;
    for (int p = first; p <= position; p++) {
      int row = (p * traits.keyValueHeads() + keyValueHead) * LENGTH;
      double score = 0;
      for (int i = 0; i < LENGTH; i++) {
        score += (double) queries[at + i] * keys[row + i];
      }
      double weight = Math.exp(score * SCALE);
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

  private static Attention traits(int keyValueHeads, int window) {
    return new Attention(HEADS, keyValueHeads, LENGTH, LENGTH, SCALE, new WindowPattern(window));
  }

  private float[] values(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
