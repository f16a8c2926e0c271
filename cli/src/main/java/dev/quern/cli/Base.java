package dev.quern.cli;

import dev.quern.verifier.Contest;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.Evaluation.SideBySide;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.Quality;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.arrow.BaselineReader;
import dev.quern.verifier.arrow.BaselineWriter;
import dev.quern.verifier.baseline.Fingerprint;
import dev.quern.verifier.baseline.LlamaBaseline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What candidates are held against.
sealed interface Base {
  /// Walks it beside the candidates of `walk`.
  ///
  /// @throws IllegalArgumentException if they cannot be compared
  Outcome measure(Evaluation evaluation, Walk walk);

  /// What came of a walk.
  ///
  /// @param qualities of each candidate
  /// @param contests of each pair of candidates
  record Outcome(List<Quality> qualities, List<Contest> contests) {
    private static Outcome of(SideBySide found) {
      return new Outcome(List.copyOf(found.qualities()), found.contests());
    }
  }

  /// Nothing: one candidate is scored alone.
  ///
  /// @param saving where what it says is kept, if that is wanted
  record Nothing(Optional<Saving> saving) implements Base {

    @Override
    public Outcome measure(Evaluation evaluation, Walk walk) {
      LogitsSource logits = walk.logits().getFirst();
      if (saving.isEmpty()) {
        return new Outcome(List.of(evaluation.perplexity(logits)), List.of());
      }
      try (BaselineWriter writer =
          saving.get().open(logits, walk.candidates().getFirst().view(), walk)) {
        Quality quality = evaluation.perplexity(writer);
        writer.finish();
        return new Outcome(List.of(quality), List.of());
      }
    }
  }

  /// The source of the walk, which is run.
  ///
  /// @param saving where what it says is kept, if that is wanted
  record Model(Optional<Saving> saving) implements Base {

    @Override
    public Outcome measure(Evaluation evaluation, Walk walk) {
      LoadedModel source = walk.source().orElseThrow();
      try (SessionLogits logits = SessionLogits.open(source.model(), walk.pieces().context())) {
        if (saving.isEmpty()) {
          return Outcome.of(evaluation.compare(logits, walk.logits()));
        }
        try (BaselineWriter writer = saving.get().open(logits, source.view(), walk)) {
          Outcome outcome = Outcome.of(evaluation.compare(writer, walk.logits()));
          writer.finish();
          return outcome;
        }
      }
    }
  }

  /// What `--save-baseline` kept of a model; of the source of the walk, if there is one.
  ///
  /// @param file the baseline
  record Saved(Path file) implements Base {

    @Override
    public Outcome measure(Evaluation evaluation, Walk walk) {
      try (BaselineReader baseline = BaselineReader.open(file)) {
        for (LoadedModel candidate : walk.candidates()) {
          baseline
              .facts()
              .require(file, walk.facts(candidate.view(), baseline.facts().model(), "", 1));
        }
        walk.source()
            .ifPresent(
                source -> baseline.facts().requireModel(file, Fingerprint.ofModel(source.view())));
        return Outcome.of(evaluation.compare(baseline, walk.logits()));
      }
    }
  }

  /// A file of `llama-perplexity --kl-divergence-base`.
  ///
  /// @param file the file
  record Llama(Path file) implements Base {

    @Override
    public Outcome measure(Evaluation evaluation, Walk walk) {
      try (LlamaBaseline baseline = LlamaBaseline.open(file, walk.chunks())) {
        return Outcome.of(evaluation.compare(baseline, walk.logits()));
      }
    }
  }
}
