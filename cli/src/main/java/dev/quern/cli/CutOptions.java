package dev.quern.cli;

import dev.quern.engine.LanguageModel;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/// Into what pieces texts are cut.
final class CutOptions {
  private static final int USUAL_CONTEXT = 512;

  @Option(
      names = {"-c", "--ctx"},
      paramLabel = "N",
      description = "Tokens in a piece of the text (default: the model's context, at most 512).")
  private int context;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Pieces of each text to use (default: all).")
  private int chunks = Integer.MAX_VALUE;

  /// Tokens of a piece, 0 for what is usual for a model.
  int context() {
    return context;
  }

  /// The most pieces of a text.
  int chunks() {
    return chunks;
  }

  /// Tokens of a piece for `model`; a warning goes to `err`.
  int context(LanguageModel model, PrintWriter err) {
    return context(context, model, err);
  }

  /// Tokens of a piece: `wanted`, or what is usual for the model if that is 0. It warns of more
  /// than the model was trained for.
  static int context(int wanted, LanguageModel model, PrintWriter err) {
    int trained = model.contextLength();
    if (wanted > trained) {
      err.printf(
          "warning: --ctx is %d, and the model was trained for %d: beyond that its figures say little%n",
          wanted, trained);
    }
    return wanted == 0 ? Math.min(USUAL_CONTEXT, trained) : wanted;
  }

  /// Fails early when a number cannot be used.
  void check() {
    check(context, chunks);
  }

  /// Fails early when a number cannot be used.
  static void check(int context, int chunks) {
    if (chunks < 1) {
      throw new UsageException("--chunks is " + chunks + ", wanted at least 1");
    }
    if (context != 0 && context < 3) {
      throw new UsageException("--ctx is " + context + ", wanted at least 3");
    }
  }
}
