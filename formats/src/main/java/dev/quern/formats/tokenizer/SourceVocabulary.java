package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tokenizer of a Hugging Face folder as GGUF metadata.
///
/// The files are looked for in this order: `tokenizer.model` (SentencePiece), a `tokenizer.json`
/// whose model falls back to bytes (the same algorithm), any other `tokenizer.json` (byte level).
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
}
