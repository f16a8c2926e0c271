package dev.quern.cli;

import dev.quern.engine.LanguageModel;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Documents;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Gate;
import dev.quern.verifier.Gates;
import dev.quern.verifier.TokenizedDocuments;
import dev.quern.verifier.TokenizedText;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// On what a model is measured, and what it must reach.
final class EvaluationOptions {
  private static final int USUAL_CONTEXT = 512;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "UTF-8 text to measure on (default: eval.txt beside the source).")
  private @Nullable Path text;

  @Option(
      names = {"-c", "--ctx"},
      paramLabel = "N",
      description = "Tokens in a piece of the text (default: the model's context, at most 512).")
  private int context;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Pieces of the text to use (default: all).")
  private int chunks = Integer.MAX_VALUE;

  @Option(
      names = "--gate",
      paramLabel = "CONDITION",
      description = "A condition such as 'kld.mean<=0.05', repeatable; replaces the default gates.")
  private List<String> gates = new ArrayList<>();

  /// True if a text was given or lies where `beside` says.
  boolean hasText(Path beside) {
    return text != null || Files.exists(beside.resolve("eval.txt"));
  }

  /// The text; `beside` is where it lies when no option says so.
  EvaluationText text(Path beside) {
    Path file = text == null ? beside.resolve("eval.txt") : text;
    if (text == null && !Files.exists(file)) {
      throw new IllegalArgumentException("no text to measure on: give one with --text FILE");
    }
    return EvaluationText.read(file);
  }

  /// The text, cut as the model reads it; a warning goes to `err`.
  Chunks chunks(TokenizedText tokens, LanguageModel model, PrintWriter err) {
    return tokens.chunks(context(context, model, err), chunks);
  }

  /// Documents, cut as the model reads them; a warning goes to `err`.
  Documents documents(TokenizedDocuments tokens, LanguageModel model, PrintWriter err) {
    return tokens.pieces(context(context, model, err), chunks);
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
  static void check(int context, int chunks) {
    if (chunks < 1) {
      throw new UsageException("--chunks is " + chunks + ", wanted at least 1");
    }
    if (context != 0 && context < 3) {
      throw new UsageException("--ctx is " + context + ", wanted at least 3");
    }
  }

  /// What was asked for, or `usual`.
  List<Gate> gates(List<Gate> usual) {
    return gates.isEmpty()
        ? usual
        : gates.stream()
            .map(gate -> UsageException.check("--gate", () -> Gate.parse(gate)))
            .toList();
  }

  /// Fails early when a number or a gate cannot be used, or a gate judges what will not be
  /// measured.
  void check(boolean hasBase, boolean hasSpeed) {
    check(context, chunks);
    try {
      Gates.requireMeasured(gates(List.of(Gates.finite())), hasBase, hasSpeed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
