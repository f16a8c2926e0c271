package dev.quern.benchmarks;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.formats.gguf.GgufFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/// Tokens per second of one GGUF, the figures that llama-bench prints: a prompt at once, and tokens
/// one by one from an empty cache. Run by `benchmarks/versus-llama-bench`.
///
/// Arguments: file, threads, `exact`, `fast` or `mapped` (fast without repacking), tokens of the
/// prompt, tokens to generate, rounds. The first round, in which code is compiled, is not printed.
public final class EngineSpeed {
  private EngineSpeed() {}

  /// Prints one line of two figures a round.
  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[1]);
    int prompt = Integer.parseInt(arguments[3]);
    int generated = Integer.parseInt(arguments[4]);
    EngineOptions options =
        switch (arguments[2]) {
          case "exact" -> EngineOptions.exact(threads);
          case "fast" -> EngineOptions.fast(threads);
          case "mapped" -> EngineOptions.fast(threads).withRepack(false);
          default -> throw new IllegalArgumentException(arguments[2]);
        };
    try (GgufFile file = GgufFile.open(Path.of(arguments[0]));
        LanguageModel model = LanguageModel.load(file, options);
        Session session = model.newSession(Math.max(prompt, generated))) {
      int[] tokens =
          new Random(1).ints(Math.max(prompt, generated), 0, model.vocabularySize()).toArray();
      for (int round = 0; round <= Integer.parseInt(arguments[5]); round++) {
        double first = speed(session, tokens, prompt, prompt);
        double second = speed(session, tokens, generated, 1);
        if (round > 0) {
          System.out.printf(Locale.ROOT, "%.2f %.2f%n", first, second);
        }
      }
    }
  }

  /// Tokens per second when `count` tokens are fed `step` at a time.
  private static double speed(Session session, int[] tokens, int count, int step) {
    session.reset();
    float[] logits = new float[session.vocabularySize()];
    long start = System.nanoTime();
    for (int i = 0; i < count; i += step) {
      session.feed(tokens, i, Math.min(step, count - i), 1, logits);
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }
}
