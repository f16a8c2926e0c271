package dev.quern.cli;

import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.arrow.BaselineReader;
import dev.quern.verifier.baseline.BaselineFacts;
import dev.quern.verifier.baseline.LlamaBaseline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a base said, from a file or into one.
final class BaselineOptions {
  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = {
        "Compare with what --save-baseline kept, instead of running the base.",
        "Also reads llama-perplexity's --kl-divergence-base; --against then says what it was made"
            + " of."
      })
  private @Nullable Path baseline;

  @Option(
      names = "--save-baseline",
      paramLabel = "FILE",
      description =
          "Keep what the base says, or the candidate if there is none, as an Arrow file: four bytes"
              + " for each token of the vocabulary at each scored position.")
  private @Nullable Path target;

  @Option(
      names = "--baseline-top",
      paramLabel = "K",
      description =
          "Keep only the K most likely tokens and the sum of the rest: eight bytes for each. The"
              + " divergence is then a lower bound.")
  private int top;

  /// Fails early when options do not go together, or `replace` is false and there is a file
  /// already.
  void check(boolean hasBase, boolean replace) {
    if (baseline != null && target != null) {
      throw new UsageException("--baseline and --save-baseline exclude each other");
    }
    if (top < 0 || (top > 0 && target == null)) {
      throw new UsageException("--baseline-top needs --save-baseline and at least 1");
    }
    if (target != null && !replace && Files.exists(target)) {
      throw new IllegalArgumentException(target + ": exists already; --force replaces it");
    }
    if (baseline != null && !hasBase && LlamaBaseline.recognizes(baseline)) {
      throw new UsageException(
          "llama-perplexity's files do not say what they were made of: give the model with"
              + " --against");
    }
  }

  /// True if the base is a file that was kept.
  boolean isGiven() {
    return baseline != null;
  }

  /// True if a baseline is read or written, for which a text is needed.
  boolean isWanted() {
    return baseline != null || target != null;
  }

  /// What `candidate`, and perhaps others, are held against.
  Base base(OpenModel candidate, Optional<OpenModel> against) {
    if (baseline != null) {
      return LlamaBaseline.recognizes(baseline)
          ? new Base.Llama(baseline)
          : new Base.Saved(baseline);
    }
    return against.isPresent()
        ? new Base.Model(saving(against.get()))
        : new Base.Nothing(saving(candidate));
  }

  private Optional<Saving> saving(OpenModel model) {
    return Optional.ofNullable(target).map(file -> new Saving(file, top, model.facts()));
  }

  /// The base that a report names.
  Optional<ModelFacts> model(Optional<OpenModel> against) {
    if (against.isEmpty() && baseline != null) {
      return Optional.of(BaselineReader.facts(baseline).model());
    }
    return against.map(OpenModel::facts);
  }

  /// What a report has to say of how exact the base is; nothing where it is run.
  String note() {
    if (baseline == null) {
      return "";
    }
    if (LlamaBaseline.recognizes(baseline)) {
      return "; base from %s by llama-perplexity: log-probabilities in 16-bit steps of up to %.6f nats, tokens below -16 nats left out"
          .formatted(baseline.getFileName(), LlamaBaseline.LARGEST_STEP);
    }
    BaselineFacts facts = BaselineReader.facts(baseline);
    return facts.isWhole()
        ? "; base from " + baseline.getFileName()
        : "; base from %s, which keeps %d tokens at a position and the rest as one: the divergence is a lower bound"
            .formatted(baseline.getFileName(), facts.top());
  }
}
