package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.tokenfiles.OlderFiles;
import dev.quern.formats.tokenfiles.TiktokenRanks;
import dev.quern.formats.tokenizer.SentencePieceFile;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the tokenizers of published checkpoints.
public final class SourceTokenizers {
  private SourceTokenizers() {}

  /// The tokenizer of the model in `folder`.
  ///
  /// @throws MalformedFileException if there is none, or it is malformed or of a kind that is not
  ///   known
  public static SourceTokenizer open(Path folder) {
    Optional<JsonFile> json = JsonFile.readIfThere(folder.resolve("tokenizer.json"));
    if (json.isPresent()) {
      return new HuggingFaceTokenizer(json.get(), configuredTokens(folder));
    }
    Path unigram = folder.resolve("spiece.model");
    Optional<Path> pieces =
        SentencePieceFile.in(folder).or(() -> Optional.of(unigram).filter(Files::isRegularFile));
    boolean tekken = Files.isRegularFile(folder.resolve("tekken.json"));
    if (pieces.isPresent() && !tekken) {
      return TiktokenRanks.isOne(pieces.get())
          ? new HuggingFaceTokenizer(OlderFiles.meta(pieces.get()), List.of())
          : new SentencePieceFolder(pieces.get(), configuredTokens(folder)).open();
    }
    Optional<JsonFile> older = OlderFiles.read(folder);
    if (older.isPresent()) {
      return new HuggingFaceTokenizer(older.get(), configuredTokens(folder));
    }
    throw new MalformedFileException(folder, "has no tokenizer of a kind that is known");
  }

  /// The tokens that `tokenizer_config.json` adds, or gives other flags.
  static List<Token> configuredTokens(Path folder) {
    List<Token> tokens = new ArrayList<>();
    Optional<JsonFile> config = JsonFile.readIfThere(folder.resolve("tokenizer_config.json"));
    if (config.isPresent()) {
      JsonNode decoder = config.get().root().path("added_tokens_decoder");
      for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
        String place = "added_tokens_decoder[\"" + entry.getKey() + "\"]";
        tokens.add(AddedTokenJson.read(config.get(), entry.getValue(), place));
      }
    }
    return tokens;
  }
}
