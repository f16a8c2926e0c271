package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Pieces;
import dev.quern.verifier.TextFacts;
import dev.quern.verifier.baseline.BaselineFacts;
import dev.quern.verifier.baseline.Fingerprint;
import java.util.List;
import java.util.Optional;

/// Candidates on their way over a text.
///
/// @param candidates the models
/// @param source the model that they are held against, or that what they are held against was made
///   of, if that was said
/// @param logits what the candidates say
/// @param pieces what they read
/// @param text the same in figures
record Walk(
    List<LoadedModel> candidates,
    Optional<LoadedModel> source,
    List<LogitsSource> logits,
    Pieces pieces,
    TextFacts text) {

  /// What a baseline of `base`, which reads the same text, is made of.
  ///
  /// @param hash the fingerprint of its weights
  /// @param top how many log-probabilities are kept at a position; 0 for all
  BaselineFacts facts(ModelView base, ModelFacts model, String hash, int top) {
    int vocabulary = logits.getFirst().vocabularySize();
    return new BaselineFacts(
        model,
        hash,
        Fingerprint.ofTokenizer(base),
        text,
        vocabulary,
        top == 0 ? vocabulary : Math.min(top, vocabulary));
  }

  /// The pieces, as a baseline has them.
  Chunks chunks() {
    if (pieces instanceof Chunks chunks) {
      return chunks;
    }
    throw new UsageException("a baseline goes without --documents");
  }
}
