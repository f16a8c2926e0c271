package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Contest;
import dev.quern.verifier.Documents;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.Evaluation.SideBySide;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Journal;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.Pieces;
import dev.quern.verifier.PositionSink;
import dev.quern.verifier.Quality;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.TokenizedDocuments;
import dev.quern.verifier.TokenizedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One pass of a base and candidates over a text, side by side.
///
/// @param text what is read
/// @param options how much of it
/// @param pass how
/// @param threads to compute with
/// @param err where warnings go
record Passage(
    EvaluationText text,
    EvaluationOptions options,
    PassOptions pass,
    int threads,
    PrintWriter err) {

  /// What was found of each candidate.
  record Found(List<Quality> qualities, List<Contest> contests, TextFacts facts) {}

  private record Cut(Pieces pieces, TextFacts facts) {}

  /// Walks `candidates`, and `base` if there is one, over the text.
  ///
  /// @throws IllegalArgumentException if they read it as different tokens
  Found run(List<ModelView> candidates, Optional<ModelView> base) {
    List<ModelView> views = new ArrayList<>(candidates);
    base.ifPresent(views::add);
    List<Runnable> closing = new ArrayList<>();
    try (Steps steps = Steps.of("verifying")) {
      List<LanguageModel> models = new ArrayList<>();
      for (ModelView view : views) {
        models.add(LanguageModel.load(view, EngineOptions.exact(threads)));
        closing.add(models.getLast()::close);
      }
      Cut cut = cut(views, models.getFirst());
      List<LogitsSource> sources = new ArrayList<>();
      for (LanguageModel model : models) {
        SessionLogits logits = SessionLogits.open(model, cut.pieces.context());
        sources.add(logits);
        closing.add(logits::close);
      }
      try (Journal journal = pass.journal(views, cut.pieces, cut.facts)) {
        Evaluation evaluation =
            new Evaluation(cut.pieces, threads, steps::step, PositionSink.none(), journal);
        return found(evaluation, sources, base.isPresent(), cut.facts);
      }
    } finally {
      closing.reversed().forEach(Runnable::run);
    }
  }

  private static Found found(
      Evaluation evaluation, List<LogitsSource> sources, boolean hasBase, TextFacts facts) {
    if (!hasBase) {
      return new Found(List.of(evaluation.perplexity(sources.getFirst())), List.of(), facts);
    }
    SideBySide found =
        evaluation.compare(sources.getLast(), sources.subList(0, sources.size() - 1));
    return new Found(List.copyOf(found.qualities()), found.contests(), facts);
  }

  private Cut cut(List<ModelView> views, LanguageModel first) {
    List<Tokenizer> tokenizers = views.stream().map(OpenModel::tokenizer).toList();
    Tokenizer tokenizer = tokenizers.getFirst();
    if (pass.documents().isEmpty()) {
      TokenizedText tokens = TokenizedText.of(text, tokenizer);
      tokenizers.forEach(tokens::requireSame);
      Chunks chunks = options.chunks(tokens, first, err);
      return new Cut(chunks, tokens.facts(chunks));
    }
    TokenizedDocuments tokens =
        TokenizedDocuments.of(text, pass.documents().orElseThrow(), tokenizer);
    tokenizers.forEach(tokens::requireSame);
    Documents pieces = options.documents(tokens, first, err);
    return new Cut(pieces, tokens.facts(pieces));
  }
}
