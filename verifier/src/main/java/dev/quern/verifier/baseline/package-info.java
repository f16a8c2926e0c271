/// What a base model said of a text, kept in a file, so that it need not be run again.
///
/// [dev.quern.verifier.baseline.BaselineFacts] tell what a baseline was made of; those that
/// [dev.quern.verifier.arrow.BaselineWriter] writes hold them, and llama-perplexity's, which
/// [dev.quern.verifier.baseline.LlamaBaseline] reads, hold only tokens.
@NullMarked
package dev.quern.verifier.baseline;

import org.jspecify.annotations.NullMarked;
