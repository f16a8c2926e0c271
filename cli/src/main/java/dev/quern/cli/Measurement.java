package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.formats.ModelView;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Speed;
import dev.quern.verifier.SpeedTest;
import dev.quern.verifier.TextFacts;
import java.util.Optional;

/// Runs a candidate, alone or beside its source, over a text.
///
/// @param text what is read
/// @param options how much of it
/// @param threads to compute with
record Measurement(EvaluationText text, EvaluationOptions options, int threads) {
  static final String EXACT = "float activations, F32 cache";
  static final String FAST = "int8 activations, F16 cache";
  private static final int SPEED_CAPACITY = 512;

  /// What was found.
  record Result(Quality quality, TextFacts facts) {}

  /// Scores `candidate`, against `base` if there is one, in exact mode.
  Result quality(ModelView candidate, Optional<ModelView> base, Tokenizer tokenizer) {
    int[] tokens = tokenizer.encode(text.text(), true, false);
    EngineOptions exact = EngineOptions.exact(threads);
    try (LanguageModel model = LanguageModel.load(candidate, exact);
        Steps steps = Steps.of("verifying")) {
      Chunks chunks = options.chunks(tokens, tokenizer, model);
      Evaluation evaluation = new Evaluation(chunks, threads, steps::step);
      try (Session session = model.newSession(chunks.context())) {
        SessionSource source = new SessionSource(model, session);
        Quality quality =
            base.isEmpty()
                ? evaluation.perplexity(source)
                : against(base.get(), chunks, evaluation, source);
        TextFacts facts =
            new TextFacts(
                text.name(),
                text.bytes(),
                text.sha256(),
                tokens.length,
                chunks.context(),
                chunks.count());
        return new Result(quality, facts);
      }
    }
  }

  private Quality against(
      ModelView base, Chunks chunks, Evaluation evaluation, SessionSource candidate) {
    try (LanguageModel model = LanguageModel.load(base, EngineOptions.exact(threads));
        Session session = model.newSession(chunks.context())) {
      return evaluation.compare(new SessionSource(model, session), candidate);
    }
  }

  /// Times `candidate` in fast mode.
  Speed speed(ModelView candidate, Tokenizer tokenizer) {
    try (LanguageModel model = LanguageModel.load(candidate, EngineOptions.fast(threads))) {
      int capacity = Math.min(SPEED_CAPACITY, model.contextLength());
      try (Session session = model.newSession(capacity)) {
        int[] tokens = tokenizer.encode(text.text(), true, false);
        return new SpeedTest(FAST).measure(new SessionSource(model, session), capacity, tokens);
      }
    }
  }
}
