package dev.quern.verifier;

import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

/// Times workloads as llama-bench does: random tokens, a run that does not count, then repetitions
/// from the same state.
///
/// What does not count is a whole run, and as many as fit in three seconds, or half a second of a
/// brief benchmark: code is compiled in them.
public final class SpeedBenchmark {
  private static final long WARM_UP = 3_000_000_000L;
  private static final long BRIEF_WARM_UP = 500_000_000L;
  private static final int BRIEF_REPETITIONS = 3;
  private static final int PROMPT = 256;
  private static final int GENERATED = 64;

  private final LanguageModel model;
  private final int repetitions;
  private final long warmUp;
  private final LongSupplier nanoseconds;

  /// A benchmark of `model` with `repetitions` of each workload, after a warm-up or without.
  ///
  /// @throws IllegalArgumentException if `repetitions` is not positive
  public SpeedBenchmark(LanguageModel model, int repetitions, boolean warmUp) {
    this(model, repetitions, warmUp ? WARM_UP : 0, System::nanoTime);
  }

  /// @param warmUp nanoseconds that the runs before take at least; 0 for none
  SpeedBenchmark(LanguageModel model, int repetitions, long warmUp, LongSupplier nanoseconds) {
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions is " + repetitions + ", wanted 1 or more");
    }
    this.model = model;
    this.repetitions = repetitions;
    this.warmUp = warmUp;
    this.nanoseconds = nanoseconds;
  }

  /// A benchmark for a report: three repetitions after half a second.
  public static SpeedBenchmark brief(LanguageModel model) {
    return new SpeedBenchmark(model, BRIEF_REPETITIONS, BRIEF_WARM_UP, System::nanoTime);
  }

  /// Times a prompt of 256 tokens and 64 tokens one by one, fewer of a model with a shorter
  /// context.
  ///
  /// @param arithmetic what the model computes with, in words
  public Speed speed(String arithmetic) {
    int prompt = Math.min(PROMPT, model.contextLength());
    int generated = Math.min(GENERATED, model.contextLength());
    return new Speed(
        measure(new Workload(prompt, 0, 0), () -> {}).mean(),
        measure(new Workload(0, generated, 0), () -> {}).mean(),
        prompt,
        generated,
        arithmetic);
  }

  /// Times `workload`, and calls `afterRun` after the warm-up and after each repetition.
  public SpeedSamples measure(Workload workload, Runnable afterRun) {
    int[] tokens = new Random(1).ints(workload.positions(), 0, model.vocabularySize()).toArray();
    float[] logits = new float[model.vocabularySize()];
    List<Long> times = new ArrayList<>();
    if (warmUp > 0) {
      model.warmUp();
    }
    try (Session session = model.newSession(workload.positions())) {
      session.feed(tokens, 0, workload.depth(), 0, logits);
      long warm = 0;
      while (warm < warmUp) {
        warm += time(session, workload, tokens, logits);
      }
      afterRun.run();
      for (int repetition = 0; repetition < repetitions; repetition++) {
        times.add(time(session, workload, tokens, logits));
        afterRun.run();
      }
    }
    return new SpeedSamples(workload, times);
  }

  private long time(Session session, Workload workload, int[] tokens, float[] logits) {
    session.truncate(workload.depth());
    long start = nanoseconds.getAsLong();
    run(session, workload, tokens, logits);
    return Math.max(1, nanoseconds.getAsLong() - start);
  }

  private static void run(Session session, Workload workload, int[] tokens, float[] logits) {
    int at = workload.depth();
    if (workload.prompt() > 0) {
      session.feed(tokens, at, workload.prompt(), 1, logits);
      at += workload.prompt();
    }
    for (int i = 0; i < workload.generated(); i++) {
      session.feed(tokens, at + i, 1, 1, logits);
    }
  }
}
