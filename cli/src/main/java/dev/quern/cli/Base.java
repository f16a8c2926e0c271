package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.Quality;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.arrow.BaselineReader;
import dev.quern.verifier.arrow.BaselineWriter;
import dev.quern.verifier.baseline.Fingerprint;
import dev.quern.verifier.baseline.LlamaBaseline;
import java.nio.file.Path;
import java.util.Optional;

/// What a candidate is held against.
sealed interface Base {
  /// Walks it beside the candidate of `walk`.
  ///
  /// @throws IllegalArgumentException if they cannot be compared
  Quality.Against compare(Evaluation evaluation, Walk walk);

  /// A model that is run.
  ///
  /// @param view the model
  /// @param saving where what it says is kept, if that is wanted
  record Model(ModelView view, Optional<Saving> saving) implements Base {

    @Override
    public Quality.Against compare(Evaluation evaluation, Walk walk) {
      walk.read().requireSame(OpenModel.tokenizer(view));
      try (LanguageModel model = LanguageModel.load(view, EngineOptions.exact(walk.threads()));
          SessionLogits logits = SessionLogits.open(model, walk.chunks().context())) {
        if (saving.isEmpty()) {
          return evaluation.compare(logits, walk.logits());
        }
        try (BaselineWriter writer = saving.get().open(logits, view, walk)) {
          Quality.Against quality = evaluation.compare(writer, walk.logits());
          writer.finish();
          return quality;
        }
      }
    }
  }

  /// What `--save-baseline` kept of a model.
  ///
  /// @param file the baseline
  /// @param model what it must have been made of, if that was said
  record Saved(Path file, Optional<ModelView> model) implements Base {

    @Override
    public Quality.Against compare(Evaluation evaluation, Walk walk) {
      try (BaselineReader baseline = BaselineReader.open(file)) {
        baseline
            .facts()
            .require(file, walk.facts(walk.candidate(), baseline.facts().model(), "", 1));
        model.ifPresent(view -> baseline.facts().requireModel(file, Fingerprint.ofModel(view)));
        return evaluation.compare(baseline, walk.logits());
      }
    }
  }

  /// A file of `llama-perplexity --kl-divergence-base`.
  ///
  /// @param file the file
  record Llama(Path file) implements Base {

    @Override
    public Quality.Against compare(Evaluation evaluation, Walk walk) {
      try (LlamaBaseline baseline = LlamaBaseline.open(file, walk.chunks())) {
        return evaluation.compare(baseline, walk.logits());
      }
    }
  }

  /// Scores the candidate of `walk` alone, and keeps what it says if `saving` is there.
  static Quality.Alone alone(Evaluation evaluation, Walk walk, Optional<Saving> saving) {
    LogitsSource logits = walk.logits();
    if (saving.isEmpty()) {
      return evaluation.perplexity(logits);
    }
    try (BaselineWriter writer = saving.get().open(logits, walk.candidate(), walk)) {
      Quality.Alone quality = evaluation.perplexity(writer);
      writer.finish();
      return quality;
    }
  }
}
