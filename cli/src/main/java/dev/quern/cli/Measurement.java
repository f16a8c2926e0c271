package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Quality;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.Speed;
import dev.quern.verifier.SpeedTest;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.TokenizedText;
import dev.quern.verifier.report.ReportDetails;
import dev.quern.verifier.sanity.Sanity;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Optional;

/// Runs a candidate, alone or beside its source, over a text.
///
/// @param text what is read
/// @param options how much of it
/// @param threads to compute with
/// @param err where warnings go
record Measurement(EvaluationText text, EvaluationOptions options, int threads, PrintWriter err) {
  private static final int SPEED_CAPACITY = 512;

  /// What was found.
  record Result(Quality quality, TextFacts facts, ReportDetails details) {}

  /// What quality is measured with, in words.
  static String exactly(int threads) {
    return ArithmeticOptions.describe(EngineOptions.exact(threads));
  }

  /// Fails early if `model` cannot be run, or the text is too short for it.
  void requireEnough(ModelView model) {
    TokenizedText tokens = TokenizedText.of(text, OpenModel.tokenizer(model));
    try (LanguageModel running = LanguageModel.load(model, EngineOptions.exact(threads))) {
      options.chunks(tokens, running, new PrintWriter(Writer.nullWriter()));
    }
  }

  /// Scores `candidate`, against `base` if there is one, in exact mode.
  ///
  /// @param saving where what a candidate without a base says is kept, if that is wanted
  /// @param tokens where a table of all positions goes, if one is wanted
  /// @throws IllegalArgumentException if the two read the text as different tokens
  Result quality(
      ModelView candidate, Optional<Base> base, Optional<Saving> saving, Optional<Path> tokens) {
    Tokenizer tokenizer = OpenModel.tokenizer(candidate);
    TokenizedText read = TokenizedText.of(text, tokenizer);
    try (LanguageModel model = LanguageModel.load(candidate, EngineOptions.exact(threads));
        Steps steps = Steps.of("verifying")) {
      Chunks chunks = options.chunks(read, model, err);
      try (ScoreSinks sinks = new ScoreSinks(chunks, tokenizer, tokens, base.isPresent());
          SessionLogits logits = SessionLogits.open(model, chunks.context())) {
        Evaluation evaluation = new Evaluation(chunks, threads, steps::step, sinks);
        Walk walk = new Walk(candidate, logits, read, chunks, threads);
        Quality quality =
            base.isEmpty()
                ? Base.alone(evaluation, walk, saving)
                : base.get().compare(evaluation, walk);
        return new Result(quality, read.facts(chunks), sinks.finish());
      }
    }
  }

  /// What is wrong in the file of `candidate`, held against `base` if there is one.
  Sanity sanity(ModelView candidate, Optional<ModelView> base) {
    FileCheck check = new FileCheck(threads);
    return base.isEmpty()
        ? check.of(candidate)
        : check.of(
            candidate, base.get(), TokenizedText.of(text, OpenModel.tokenizer(candidate)).tokens());
  }

  /// Times `candidate` in fast mode.
  Speed speed(ModelView candidate) {
    EngineOptions options = EngineOptions.fast(threads);
    try (LanguageModel model = LanguageModel.load(candidate, options)) {
      int capacity = Math.min(SPEED_CAPACITY, model.contextLength());
      try (SessionLogits logits = SessionLogits.open(model, capacity)) {
        int[] tokens = TokenizedText.of(text, OpenModel.tokenizer(candidate)).tokens();
        return new SpeedTest(ArithmeticOptions.describe(options)).measure(logits, capacity, tokens);
      }
    }
  }
}
