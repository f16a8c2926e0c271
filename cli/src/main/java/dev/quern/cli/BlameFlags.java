package dev.quern.cli;

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

  /// The groups to try of what `diff` of base and candidate found; none if that was not asked for.
  List<Suspect> suspects(ModelDiff diff) {
    return grouping == null ? List.of() : Suspect.of(diff, grouping, most);
  }

  /// Ranks `suspects`, if that was asked for.
  ///
  /// @param results of the candidate, and behind it of each model in which a suspect is put back
  Optional<Blame> rank(List<Suspect> suspects, List<Measurement.Result> results) {
    if (!isWanted()) {
      return Optional.empty();
    }
    List<Double> divergences = results.stream().map(BlameFlags::divergence).toList();
    return Optional.of(
        Blame.of(suspects, divergences.getFirst(), divergences.subList(1, divergences.size())));
  }

  private static double divergence(Measurement.Result result) {
    return switch (result.quality()) {
      case Quality.Against against -> against.divergence().mean().value();
      case Quality.Alone _ -> throw new IllegalArgumentException("held against nothing");
    };
  }
}
