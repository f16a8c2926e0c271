package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.Quality;
import dev.quern.verifier.blame.Blame;
import dev.quern.verifier.blame.Grouping;
import dev.quern.verifier.blame.Suspect;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whether and how it is looked for where a candidate lost what it lost.
final class BlameFlags {
  @Option(
      names = "--blame",
      paramLabel = "tensor|layer|kind",
      arity = "0..1",
      fallbackValue = "kind",
      description =
          "Put the worst groups of tensors back as they are in the base, one after another, and rank"
              + " them by the divergence that goes (default: ${FALLBACK-VALUE}).")
  private @Nullable Grouping grouping;

  @Option(
      names = "--blame-top",
      paramLabel = "N",
      description =
          "Groups to try, those with the largest error first (default: ${DEFAULT-VALUE}).")
  private int most = 12;

  /// True if it was asked for.
  boolean isWanted() {
    return grouping != null;
  }

  /// Fails early when it cannot be done.
  void check(boolean hasBase) {
    if (isWanted() && !hasBase) {
      throw new UsageException(
          "--blame needs one candidate and a model to compare it with: give that with --against");
    }
    if (most < 1) {
      throw new UsageException("--blame-top is " + most + ", wanted at least 1");
    }
  }

  /// Ranks the groups of `candidate` that differ from `base`.
  ///
  /// @param passage walks models over the text
  Blame run(ModelView candidate, ModelView base, Passage passage) {
    if (grouping == null) {
      throw new IllegalStateException("not asked for");
    }
    List<Suspect> suspects;
    try (Steps steps = Steps.of("comparing weights")) {
      suspects =
          Suspect.of(
              ModelDiff.between(base, candidate, passage.threads(), steps::step), grouping, most);
    }
    return Blame.of(
        candidate, base, suspects, models -> divergences(passage.run(models, Optional.of(base))));
  }

  private static List<Double> divergences(Passage.Found found) {
    return found.qualities().stream()
        .map(quality -> ((Quality.Against) quality).divergence().mean().value())
        .toList();
  }
}
