package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.MetadataValue.Uint8;
import dev.quern.formats.sentencepiece.SentencePieceModel;
import dev.quern.formats.sentencepiece.SentencePieceModel.Kind;
import dev.quern.formats.sentencepiece.SentencePieceModel.Piece;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The tokens of a folder with a SentencePiece model: its pieces, and over them those that other
/// files list.
final class SentencePieceVocabulary {
  private static final String PREFIX = VocabularyReader.PREFIX;
  private static final int UINT8 = 0;

  /// The end of a turn in InternLM2's chats.
  private static final String CHAT_END = "<|im_end|>";

  private final Path file;
  private final VocabularyStyle style;
  private final Optional<TokenizerConfig> config;
  private final Optional<TokenizerJson> json;
  private final List<String> warnings;
  private final SentencePieceModel model;
  private final TokenTable table;
  private int chatEnd = -1;

  SentencePieceVocabulary(
      Path file,
      VocabularyStyle style,
      long vocabSize,
      Optional<TokenizerConfig> config,
      Optional<TokenizerJson> json,
      List<String> warnings) {
    this.file = file;
    this.style = style;
    this.config = config;
    this.json = json;
    this.warnings = warnings;
    this.model = SentencePieceModel.read(file);
    if (model.kind() != Kind.BPE && model.kind() != Kind.UNIGRAM) {
      throw new MalformedFileException(
          file,
          "is a SentencePiece model of kind "
              + model.kind().name().toLowerCase(Locale.ROOT)
              + ", which no tokenizer of GGUF's is, wanted BPE or unigram");
    }
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
    int size = VocabularySize.check(folder, vocabSize, model.pieces().size());
    this.table = new TokenTable(size, -10000);
    addPieces();
    addListedTokens(folder);
  }

  int size() {
    return table.size();
  }

  private boolean isUnigram() {
    return model.kind() == Kind.UNIGRAM;
  }

  private void addPieces() {
    for (int id = 0; id < model.pieces().size(); id++) {
      if (id >= table.size()) {
        warnings.add(
            "tokenizer.model has "
                + model.pieces().size()
                + " pieces, config.json a vocab_size of "
                + table.size()
                + ": the last ones are left out");
        return;
      }
      Piece piece = model.pieces().get(id);
      TokenType type = piece.type() == TokenType.USER_DEFINED ? TokenType.NORMAL : piece.type();
      String text = piece.text();
      if (style == VocabularyStyle.INTERNLM2) {
        type = text.startsWith("[UNUSED") ? TokenType.UNUSED : type;
        text = text.equals("\0") ? "🐉" : text; // readers in C take a zero for the end
      }
      table.set(id, text, type, piece.score());
    }
  }

  /// Tokens that were added after training replace the pieces at their ids.
  private void addListedTokens(Path folder) {
    TokenizerConfig.readAddedTokens(folder)
        .forEach((text, id) -> setAdded(id, text, TokenType.USER_DEFINED));
    if (isUnigram()) {
      return;
    }
    config
        .map(TokenizerConfig::addedTokens)
        .orElse(Map.of())
        .forEach((id, token) -> setListed(id, token.content(), token.special()));
    if (style.takesListsAsTheyAre() && json.isPresent()) {
      for (AddedToken token : json.get().addedTokens()) {
        setListed(token.id(), token.content(), token.special());
      }
    }
  }

  private void setListed(int id, String text, boolean special) {
    boolean plain = style.takesListsAsTheyAre();
    boolean control = special || (!plain && TokenTable.looksSpecial(text));
    setAdded(
        id,
        control || plain ? text : text.replace('▁', ' '),
        control ? TokenType.CONTROL : TokenType.USER_DEFINED);
    if (text.equals(CHAT_END)) {
      chatEnd = id;
    }
  }

  private void setAdded(int id, String text, TokenType type) {
    if (id >= table.size()) {
      warnings.add(
          "the added token \""
              + text
              + "\" has id "
              + id
              + ", but vocab_size is "
              + table.size()
              + ": left out");
      return;
    }
    table.set(id, text, type, -1000);
  }

  /// Adds what comes before the special tokens.
  void addTo(Map<String, MetadataValue> metadata) {
    SentencePieceModel.Normalization rules = model.normalization();
    TokenTable.putNames(metadata, isUnigram() ? "t5" : "llama", "default");
    table.addTo(metadata, true);
    if (isUnigram()) {
      metadata.put(PREFIX + "add_space_prefix", new Bool(rules.spacePrefix()));
      metadata.put(PREFIX + "remove_extra_whitespaces", new Bool(rules.removeExtraSpaces()));
      if (!rules.characters().isEmpty()) {
        metadata.put(PREFIX + "precompiled_charsmap", bytes(rules.characters().toBytes()));
      }
    }
    if (!isUnigram() && !rules.characters().isEmpty()) {
      warnings.add(file + ": normalizes text (" + rules.name() + "), which GGUF readers do not do");
    }
  }

  private static MetadataValue bytes(byte[] bytes) {
    List<MetadataValue> values = new ArrayList<>(bytes.length);
    for (byte one : bytes) {
      values.add(new Uint8(one & 0xff));
    }
    return new Array(UINT8, values);
  }

  /// Adds what comes behind the special tokens.
  void finish(Map<String, MetadataValue> metadata) {
    if (style == VocabularyStyle.INTERNLM2 && chatEnd >= 0) {
      metadata.put(PREFIX + "eos_token_id", new Uint32(chatEnd));
    }
    if (!model.normalization().spacePrefix()) {
      metadata.putIfAbsent(PREFIX + "add_space_prefix", new Bool(false));
    }
  }
}
