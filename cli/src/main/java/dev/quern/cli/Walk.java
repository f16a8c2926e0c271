package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.TokenizedText;
import dev.quern.verifier.baseline.BaselineFacts;
import dev.quern.verifier.baseline.Fingerprint;

/// A candidate on its way over a text.
///
/// @param candidate the model
/// @param logits what it says
/// @param read the text as it reads it
/// @param chunks the pieces of the text
/// @param threads to compute with
record Walk(
    ModelView candidate, LogitsSource logits, TokenizedText read, Chunks chunks, int threads) {

  /// What a baseline of `base`, which reads the same text, is made of.
  ///
  /// @param hash the fingerprint of its weights
  /// @param top how many log-probabilities are kept at a position; 0 for all
  BaselineFacts facts(ModelView base, ModelFacts model, String hash, int top) {
    int vocabulary = logits.vocabularySize();
    return new BaselineFacts(
        model,
        hash,
        Fingerprint.ofTokenizer(base),
        read.facts(chunks),
        vocabulary,
        top == 0 ? vocabulary : Math.min(top, vocabulary));
  }
}
