package dev.quern.cli;

import dev.quern.engine.LanguageModel;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.Set;

/// What most commands need of the JVM, done beside reading their options, which keeps one core busy
/// for a tenth of a second.
final class Preparing {
  /// The commands that run a model.
  private static final Set<String> RUNNING =
      Set.of("generate", "logits", "bench", "verify", "calibrate", "tasks");

  private Preparing() {}

  /// Begins, unless nothing is asked for but help.
  static void begin(String... arguments) {
    if (arguments.length > 1) {
      boolean running = RUNNING.contains(arguments[0]);
      Thread.ofPlatform().daemon().name("quern-preparing").start(() -> prepare(running));
    }
  }

  private static void prepare(boolean running) {
    ModelConfig.prepare();
    if (running) {
      LanguageModel.prepare();
    }
  }
}
