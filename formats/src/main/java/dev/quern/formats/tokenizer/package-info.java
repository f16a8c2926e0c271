/// Text to token ids and back, from GGUF metadata, and the tokenizer files of a Hugging Face folder
/// as GGUF metadata.
///
/// [Tokenizers#fromMetadata] makes a [Tokenizer] from `tokenizer.ggml.*`: SentencePiece merges in
/// order of score (`llama`), byte-level byte pair encoding (`gpt2`), unigram (`t5`), WordPiece
/// (`bert`) and the longest byte string (`rwkv`). [SourceVocabulary] writes the same keys from the
/// tokenizer's files in a folder. `PreTokenizers` is the table of the regexes behind
/// `tokenizer.ggml.pre`.
@NullMarked
package dev.quern.formats.tokenizer;

import org.jspecify.annotations.NullMarked;
