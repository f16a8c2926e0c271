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
/// What does not count is a whole run, and as many as fit in three seconds: code is compiled in
/// them.
public final class SpeedBenchmark {
  private static final long WARM_UP = 3_000_000_000L;

  private final LanguageModel model;
  private final int repetitions;
  private final boolean warmUp;
  private final LongSupplier nanoseconds;

  /// A benchmark of `model` with `repetitions` of each workload, after a warm-up or without.
  ///
  /// @throws IllegalArgumentException if `repetitions` is not positive
  public SpeedBenchmark(LanguageModel model, int repetitions, boolean warmUp) {
    this(model, repetitions, warmUp, System::nanoTime);
  }

  SpeedBenchmark(LanguageModel model, int repetitions, boolean warmUp, LongSupplier nanoseconds) {
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions is " + repetitions + ", wanted 1 or more");
    }
    this.model = model;
    this.repetitions = repetitions;
    this.warmUp = warmUp;
    this.nanoseconds = nanoseconds;
  }

  /// Times `workload`, and calls `afterRun` after the warm-up and after each repetition.
  public SpeedSamples measure(Workload workload, Runnable afterRun) {
    int[] tokens = new Random(1).ints(workload.positions(), 0, model.vocabularySize()).toArray();
    float[] logits = new float[model.vocabularySize()];
    List<Long> times = new ArrayList<>();
    if (warmUp) {
      model.warmUp();
    }
    try (Session session = model.newSession(workload.positions())) {
      session.feed(tokens, 0, workload.depth(), 0, logits);
      long warm = 0;
      while (warmUp && warm < WARM_UP) {
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
