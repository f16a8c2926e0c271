package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.sentencepiece.SentencePieceModel;
import dev.quern.formats.sentencepiece.SentencePieceModel.Kind;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a folder whose tokenizer is a SentencePiece model.
record SentencePieceFolder(Path file, List<Token> configured) {
  SourceTokenizer open() {
    SentencePieceModel model = SentencePieceModel.read(file);
    List<Token> more = new ArrayList<>(added());
    more.addAll(configured);
    try {
      return new SentencePieceTokenizer(model, more, ends(model));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private List<Token> added() {
    List<Token> tokens = new ArrayList<>();
    JsonFile.readIfThere(file.resolveSibling("added_tokens.json"))
        .ifPresent(
            json -> {
              for (Map.Entry<String, JsonNode> entry : json.root().properties()) {
                tokens.add(new Token(entry.getKey(), false, false, false, false, false));
              }
            });
    return tokens;
  }

  /// A beginning and no end, if nothing says otherwise; with a unigram model an end, as T5 has it.
  private PostProcessor ends(SentencePieceModel model) {
    boolean unigram = model.kind() == Kind.UNIGRAM;
    Optional<JsonFile> config = JsonFile.readIfThere(file.resolveSibling("tokenizer_config.json"));
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    if (flag(config, "add_bos_token", !unigram)) {
      id(model, config, "bos_token", "<s>").ifPresent(before::add);
    }
    if (flag(config, "add_eos_token", unigram)) {
      id(model, config, "eos_token", "</s>").ifPresent(after::add);
    }
    return new PostProcessor(before, after);
  }

  private static boolean flag(Optional<JsonFile> config, String name, boolean otherwise) {
    return config.map(file -> file.flag(file.root().path(name), name, otherwise)).orElse(otherwise);
  }

  private static Optional<Integer> id(
      SentencePieceModel model, Optional<JsonFile> config, String name, String otherwise) {
    JsonNode token = config.map(file -> file.root().path(name)).orElse(null);
    String text = otherwise;
    if (token != null && !JsonFile.isMissing(token)) {
      text = token.isObject() ? token.path("content").asText() : token.asText();
    }
    for (int id = 0; id < model.pieces().size(); id++) {
      boolean control = model.pieces().get(id).type() == TokenType.CONTROL;
      if (control && model.pieces().get(id).text().equals(text)) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }
}
