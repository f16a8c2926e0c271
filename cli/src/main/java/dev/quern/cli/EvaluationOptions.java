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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// On what a model is measured, and what it must reach.
final class EvaluationOptions {
  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "UTF-8 text to measure on (default: eval.txt beside the source).")
  private @Nullable Path text;

  @Mixin private CutOptions cut = new CutOptions();

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
    return tokens.chunks(cut.context(model, err), cut.chunks());
  }

  /// Documents, cut as the model reads them; a warning goes to `err`.
  Documents documents(TokenizedDocuments tokens, LanguageModel model, PrintWriter err) {
    return tokens.pieces(cut.context(model, err), cut.chunks());
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
    cut.check();
    try {
      Gates.requireMeasured(gates(List.of(Gates.finite())), hasBase, hasSpeed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
