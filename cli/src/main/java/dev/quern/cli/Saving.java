package dev.quern.cli;

import dev.quern.formats.ModelView;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.arrow.BaselineWriter;
import dev.quern.verifier.baseline.Fingerprint;
import java.nio.file.Path;

/// Where a baseline is to be kept.
///
/// @param file the file
/// @param top how many log-probabilities are kept at a position; 0 for all
/// @param model what it is made of
record Saving(Path file, int top, ModelFacts model) {

  /// Begins the baseline of `view`, whose logits are `logits`.
  BaselineWriter open(LogitsSource logits, ModelView view, Walk walk) {
    return BaselineWriter.open(
        file, logits, walk.facts(view, model, Fingerprint.ofModel(view), top));
  }
}
