package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.tokenfiles.TiktokenRanks;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tokenizer of a Hugging Face folder as GGUF metadata.
///
/// The files are looked for in this order: `tokenizer.model` or `spiece.model` (SentencePiece, BPE
/// or unigram), `tokenizer.json` (one that falls back to bytes as SentencePiece does, WordPiece,
/// byte level), RWKV's world vocabulary, `tekken.json`, `vocab.json` with `merges.txt`,
/// `vocab.txt`, `qwen.tiktoken`. What families mean by them is told by `model_type` of
/// `config.json`.
///
/// Keys, their order and their values are those of llama.cpp's converter, but for these:
///
/// - `tokenizer.ggml.pre` is recognized by what the regexes do; of names that do the same there is
///   one (see `PreTokenizers`).
/// - A vocabulary that falls back to bytes gets its scores from the order of its merges, so that
///   readers cut text as the source does (the converter writes -1000 throughout), and is padded to
///   `vocab_size`.
/// - `add_bos_token` is written as false where nothing in the source adds a beginning and the name
///   of the pre-tokenizer would; `add_space_prefix` where `tokenizer.model` puts no space.
/// - InternLM2's `add_space_prefix` is only written where it is false; Qwen's first tokenizer gets
///   `normalizer.nfc`, which it does; a WordPiece vocabulary has one name for its words, which
///   nobody reads; `tekken.json` gets no scores, which are all zero, and no chat template.
/// - A special token whose id is not in the vocabulary is left out, with a warning.
/// - The names of several chat templates are sorted.
///
/// @param metadata the keys of the tokenizer, in the order in which GGUF files have them
/// @param warnings what a user should know, a line each
public record SourceVocabulary(Map<String, MetadataValue> metadata, List<String> warnings) {
  /// Copies the metadata, keeping its order, and the warnings.
  public SourceVocabulary {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    warnings = List.copyOf(warnings);
  }

  /// Reads the tokenizer of a model of the LLaMA family.
  ///
  /// @param vocabSize what `config.json` has as `vocab_size`: tokens are padded to it
  /// @param forcedPre the pre-tokenizer to write instead of the one that is recognized
  /// @throws MalformedFileException if a file is missing or malformed, or its pre-tokenizer is not
  ///   known
  /// @throws IllegalArgumentException if `forcedPre` is no name of a pre-tokenizer
  public static SourceVocabulary read(Path folder, long vocabSize, Optional<String> forcedPre) {
    return new SourceVocabularyReader(folder, vocabSize, forcedPre).read();
  }

  /// Reads the tokenizer of a LLaMA as Meta publishes it: `tokenizer.model`, a SentencePiece model
  /// or tiktoken's ranks.
  ///
  /// @param vocabSize rows of the embedding: tokens are padded to it
  /// @param newer true if the special tokens are those of LLaMA 3.1 and later, not LLaMA 3's
  /// @param forcedPre the pre-tokenizer to write for ranks instead of LLaMA 3's
  /// @throws MalformedFileException if the file is malformed
  public static SourceVocabulary readMeta(
      Path file, long vocabSize, boolean newer, Optional<String> forcedPre) {
    return TiktokenRanks.isOne(file)
        ? MetaVocabulary.tiktoken(file, vocabSize, newer, forcedPre)
        : MetaVocabulary.sentencePiece(file, vocabSize);
  }
}
