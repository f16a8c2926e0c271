package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Contest;
import dev.quern.verifier.Documents;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Journal;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.Machine;
import dev.quern.verifier.Pieces;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report.Making;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.Speed;
import dev.quern.verifier.SpeedBenchmark;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.TokenizedDocuments;
import dev.quern.verifier.TokenizedText;
import dev.quern.verifier.report.ReportDetails;
import dev.quern.verifier.sanity.Sanity;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Runs candidates, alone or beside their source, over a text: all in one pass.
///
/// @param text what is read
/// @param options how much of it
/// @param pass how it is walked
/// @param threads to compute with
/// @param err where warnings go
record Measurement(
    EvaluationText text,
    EvaluationOptions options,
    PassOptions pass,
    int threads,
    PrintWriter err) {
  /// What was found of all candidates.
  ///
  /// @param results of each
  /// @param contests of each pair
  /// @param facts of the text
  record Found(List<Result> results, List<Contest> contests, TextFacts facts) {}

  /// What was found of one candidate.
  record Result(Quality quality, ReportDetails details) {}

  private record Cut(Pieces pieces, TextFacts facts) {}

  /// By what and with what it is measured; `note` says what is to know of the base.
  Making making(String note) {
    return new Making(
        "quern " + Version.number(),
        ArithmeticOptions.describe(EngineOptions.exact(threads)) + note,
        Machine.here(threads));
  }

  /// Fails early if `model` cannot be run, or the text is too short for it.
  void requireEnough(ModelView model) {
    TokenizedText tokens = TokenizedText.of(text, OpenModel.tokenizer(model));
    try (LanguageModel running = LanguageModel.load(model, EngineOptions.exact(threads))) {
      options.chunks(tokens, running, new PrintWriter(Writer.nullWriter()));
    }
  }

  /// Scores `candidates` against `base` in exact mode.
  ///
  /// @param source the model that they came from, if it is there
  /// @param tables where the table of all positions of a candidate goes, for each that is to have
  ///   one
  /// @throws IllegalArgumentException if the models read the text as different tokens
  Found run(
      List<LoadedModel> candidates, Optional<LoadedModel> source, Base base, List<Path> tables) {
    List<ModelView> views =
        Stream.concat(candidates.stream(), source.stream()).map(LoadedModel::view).toList();
    List<Tokenizer> tokenizers = views.stream().map(OpenModel::tokenizer).toList();
    try (Closing closing = new Closing();
        Steps steps = Steps.of("verifying")) {
      Cut cut = cut(tokenizers, candidates.getFirst().model());
      List<LogitsSource> logits = new ArrayList<>();
      List<ScoreSinks> sinks = new ArrayList<>();
      for (int i = 0; i < candidates.size(); i++) {
        SessionLogits session = SessionLogits.open(candidates.get(i).model(), cut.pieces.context());
        logits.add(closing.add(session, SessionLogits::close));
        Optional<Path> table = i < tables.size() ? Optional.of(tables.get(i)) : Optional.empty();
        boolean hasBase = !(base instanceof Base.Nothing);
        ScoreSinks sink = new ScoreSinks(cut.pieces, tokenizers.get(i), table, hasBase);
        sinks.add(closing.add(sink, ScoreSinks::close));
      }
      Journal journal = closing.add(pass.journal(views, cut.pieces, cut.facts), Journal::close);
      Walk walk = new Walk(candidates, source, logits, cut.pieces, cut.facts);
      return found(
          base.measure(new Evaluation(cut.pieces, threads, steps::step, sinks, journal), walk),
          sinks,
          cut.facts);
    }
  }

  private static Found found(Base.Outcome outcome, List<ScoreSinks> sinks, TextFacts facts) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < sinks.size(); i++) {
      results.add(new Result(outcome.qualities().get(i), sinks.get(i).finish()));
    }
    return new Found(results, outcome.contests(), facts);
  }

  private Cut cut(List<Tokenizer> tokenizers, LanguageModel first) {
    Tokenizer tokenizer = tokenizers.getFirst();
    List<Tokenizer> others = tokenizers.subList(1, tokenizers.size());
    if (pass.documents().isEmpty()) {
      TokenizedText tokens = TokenizedText.of(text, tokenizer);
      others.forEach(tokens::requireSame);
      Chunks chunks = options.chunks(tokens, first, err);
      return new Cut(chunks, tokens.facts(chunks));
    }
    TokenizedDocuments tokens =
        TokenizedDocuments.of(text, pass.documents().orElseThrow(), tokenizer);
    others.forEach(tokens::requireSame);
    Documents pieces = options.documents(tokens, first, err);
    return new Cut(pieces, tokens.facts(pieces));
  }

  /// What is wrong in the file of `candidate`, held against `source` if there is one.
  Sanity sanity(LoadedModel candidate, Optional<LoadedModel> source) {
    FileCheck check = new FileCheck(threads);
    return source.isEmpty()
        ? check.of(candidate.view())
        : check.of(candidate, source.get(), tokens(candidate.view()));
  }

  private int[] tokens(ModelView model) {
    return TokenizedText.of(text, OpenModel.tokenizer(model)).tokens();
  }

  /// Times `candidate` in fast mode.
  Speed speed(ModelView candidate) {
    EngineOptions fast = EngineOptions.fast(threads);
    try (LanguageModel model = LanguageModel.load(candidate, fast)) {
      return SpeedBenchmark.brief(model).speed(ArithmeticOptions.describe(fast));
    }
  }
}
