package dev.quern.verifier;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// A short measurement of how fast a model reads and writes.
///
/// The prompt is read once unmeasured and then [#ROUNDS] times; tokens are made greedily from an
/// empty cache, the first [#WARM_UP] unmeasured. Medians of the times count, so that a pause of the
/// machine does not.
public final class SpeedTest {
  private static final int PROMPT = 256;
  private static final int GENERATED = 64;
  private static final int ROUNDS = 3;
  private static final int WARM_UP = 4;

  private final String arithmetic;
  private final LongSupplier nanoseconds;

  /// A test that reports `arithmetic` as what the model computes with.
  public SpeedTest(String arithmetic) {
    this(arithmetic, System::nanoTime);
  }

  SpeedTest(String arithmetic, LongSupplier nanoseconds) {
    this.arithmetic = arithmetic;
    this.nanoseconds = nanoseconds;
  }

  /// Measures `model`, which has room for `capacity` tokens, on the beginning of `text`.
  ///
  /// @throws IllegalArgumentException if there is no room or no text for two tokens
  public Speed measure(LogitsSource model, int capacity, int[] text) {
    int prompt = Math.min(PROMPT, Math.min(capacity, text.length));
    int generated = Math.min(GENERATED, capacity - 1);
    if (prompt < 2 || generated < 1) {
      throw new IllegalArgumentException(
          "a speed test needs two tokens and room for them, not %d and %d"
              .formatted(text.length, capacity));
    }
    float[] logits = new float[model.vocabularySize()];
    double perPrompt = prompt(model, text, prompt, logits);
    double perToken = generate(model, text[0], generated, logits);
    return new Speed(1e9 * prompt / perPrompt, 1e9 / perToken, prompt, generated, arithmetic);
  }

  private double prompt(LogitsSource model, int[] text, int tokens, float[] logits) {
    long[] times = new long[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      model.start();
      long start = nanoseconds.getAsLong();
      model.feed(text, 0, tokens, 1, logits);
      if (round >= 0) {
        times[round] = nanoseconds.getAsLong() - start;
      }
    }
    return median(times);
  }

  private double generate(LogitsSource model, int first, int tokens, float[] logits) {
    int warmUp = Math.min(WARM_UP, tokens - 1);
    long[] times = new long[tokens - warmUp];
    int[] token = {first};
    model.start();
    for (int i = 0; i < tokens; i++) {
      long start = nanoseconds.getAsLong();
      model.feed(token, 0, 1, 1, logits);
      token[0] = LogitsSource.likeliest(logits);
      if (i >= warmUp) {
        times[i - warmUp] = nanoseconds.getAsLong() - start;
      }
    }
    return median(times);
  }

  private static double median(long[] times) {
    Arrays.sort(times);
    int middle = times.length / 2;
    return times.length % 2 == 1 ? times[middle] : 0.5 * (times[middle - 1] + times[middle]);
  }
}
