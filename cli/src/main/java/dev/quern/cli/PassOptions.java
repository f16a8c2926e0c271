package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.verifier.Journal;
import dev.quern.verifier.ModelIdentity;
import dev.quern.verifier.Pieces;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.TokenizedDocuments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How models walk over a text.
final class PassOptions {
  @Option(
      names = "--documents",
      paramLabel = "HOW",
      description = {
        "Keep documents apart and score every position: 'jsonl' (key text), or what stands between documents.",
        "Without, a text is cut as llama-perplexity cuts it, and the second half of a piece is scored."
      })
  private @Nullable String documents;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "Write down finished pieces here, and go on behind those that are there already.")
  private @Nullable Path journal;

  /// True if the usual pass will not do.
  boolean isWanted() {
    return documents != null || journal != null;
  }

  /// How documents are told apart, if they are.
  Optional<String> documents() {
    if (documents != null && documents.isEmpty()) {
      throw new UsageException(
          "--documents: wanted " + TokenizedDocuments.JSON_LINES + " or a separator");
    }
    return Optional.ofNullable(documents);
  }

  /// The journal of a pass of `models` over `pieces`.
  Journal journal(List<ModelView> models, Pieces pieces, TextFacts text) {
    if (journal == null) {
      return Journal.none();
    }
    List<String> settings = new ArrayList<>();
    settings.add("quern " + Version.number());
    settings.add("text " + text.sha256());
    settings.add("documents " + documents);
    settings.add(
        "%d pieces of %d tokens, %d positions"
            .formatted(pieces.count(), pieces.context(), pieces.positions()));
    models.forEach(model -> settings.add("model " + ModelIdentity.of(model)));
    return Journal.open(journal, settings);
  }
}
