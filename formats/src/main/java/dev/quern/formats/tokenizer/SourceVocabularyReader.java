package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.sentencepiece.SentencePieceModel;
import dev.quern.formats.sentencepiece.SentencePieceModel.Piece;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.BpeModel.Merge;
import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes the metadata of a [SourceVocabulary].
final class SourceVocabularyReader {
  private static final String PREFIX = VocabularyReader.PREFIX;
  private static final List<String> SPECIAL =
      List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");
  private static final int TEXT = 8;

  /// Where CodeLlama's vocabulary has its end of a filled-in text, and the size that tells it.
  private static final int CODE_LLAMA_SIZE = 32016;

  private static final int CODE_LLAMA_END = 32010;

  /// The size of Granite's small vocabulary, whose models add no beginning.
  private static final int GRANITE_SIZE = 49152;

  private static final int MOST_PADDING = 1 << 16;

  private final Path folder;
  private final long vocabSize;
  private final Optional<String> forcedPre;
  private final Optional<TokenizerConfig> config;
  private final Optional<TokenizerJson> json;
  private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  SourceVocabularyReader(Path folder, long vocabSize, Optional<String> forcedPre) {
    this.folder = folder;
    this.vocabSize = vocabSize;
    this.forcedPre = forcedPre;
    this.config = TokenizerConfig.readIfThere(folder);
    this.json = TokenizerJson.readIfThere(folder);
  }

  SourceVocabulary read() {
    config.flatMap(TokenizerConfig::addPrefixSpace).ifPresent(this::putSpacePrefix);
    Optional<Path> model = SentencePieceFile.in(folder);
    if (model.isPresent()) {
      readSentencePiece(model.get());
    } else if (json.isEmpty()) {
      throw new MalformedFileException(
          folder,
          Files.exists(folder.resolve("tekken.json"))
              ? "has only tekken.json, wanted tokenizer.model or tokenizer.json"
              : "has no tokenizer.model and no tokenizer.json");
    } else if (fallsBackToBytes(json.get())) {
      readByteFallback(json.get());
    } else {
      readByteLevel(json.get());
    }
    if (vocabSize == CODE_LLAMA_SIZE) {
      addCodeLlamaEnd();
    }
    if (vocabSize == GRANITE_SIZE) {
      metadata.put(PREFIX + "add_bos_token", new Bool(false));
    }
    return new SourceVocabulary(metadata, warnings);
  }

  private void putSpacePrefix(boolean value) {
    metadata.put(PREFIX + "add_space_prefix", new Bool(value));
  }

  private int checkedSize(int tokens) {
    if (vocabSize < 1 || vocabSize > 2L * tokens + MOST_PADDING) {
      throw new MalformedFileException(
          folder.resolve("config.json"),
          "vocab_size is " + vocabSize + ", but the tokenizer has " + tokens + " tokens");
    }
    return (int) vocabSize;
  }

  private void addSpecial(int size) {
    new SpecialVocabulary(folder, json, config, SPECIAL, size, warnings).read().addTo(metadata);
  }

  private void putNames(String model, String pre) {
    metadata.put(PREFIX + "model", new Text(model));
    metadata.put(PREFIX + "pre", new Text(pre));
  }

  private void readSentencePiece(Path file) {
    SentencePieceModel model = SentencePieceModel.read(file);
    if (model.kind() != SentencePieceModel.Kind.BPE) {
      throw new MalformedFileException(
          file,
          "is a SentencePiece model of kind "
              + model.kind().name().toLowerCase(java.util.Locale.ROOT)
              + ", whose text GGUF's \"llama\" tokenizer would cut differently, wanted BPE");
    }
    if (!model.normalization().spacePrefix()
        && !metadata.containsKey(PREFIX + "add_space_prefix")) {
      putSpacePrefix(false);
    }
    if (!model.normalization().characters().isEmpty()) {
      warnings.add(
          file
              + ": normalizes text ("
              + model.normalization().name()
              + "), which GGUF readers do not do");
    }
    TokenTable table = new TokenTable(checkedSize(model.pieces().size()), -10000);
    addPieces(model, table);
    addListedTokens(table);
    putNames("llama", "default");
    table.addTo(metadata, true);
    addSpecial(table.size());
  }

  private void addPieces(SentencePieceModel model, TokenTable table) {
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
      table.set(id, piece.text(), type, piece.score());
    }
  }

  /// Tokens that were added after training replace the pieces at their ids.
  private void addListedTokens(TokenTable table) {
    TokenizerConfig.readAddedTokens(folder)
        .forEach((text, id) -> setAdded(table, id, text, TokenType.USER_DEFINED));
    if (config.isEmpty()) {
      return;
    }
    config
        .get()
        .addedTokens()
        .forEach(
            (id, token) -> {
              boolean control = token.special() || TokenTable.looksSpecial(token.content());
              setAdded(
                  table,
                  id,
                  control ? token.content() : token.content().replace('▁', ' '),
                  control ? TokenType.CONTROL : TokenType.USER_DEFINED);
            });
  }

  private void setAdded(TokenTable table, int id, String text, TokenType type) {
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

  /// Whether the model writes characters without token as byte tokens, as SentencePiece does.
  private static boolean fallsBackToBytes(TokenizerJson json) {
    return json.model().path("type").asText().equals("BPE")
        && json.model().path("byte_fallback").asBoolean(false)
        && json.decoder().path("type").asText().equals("Sequence");
  }

  private void readByteFallback(TokenizerJson file) {
    BpeVocabulary model = BpeVocabulary.of(file);
    AddedTokens added = AddedTokens.of(folder, file, model.ids(), config);
    String type = config.flatMap(TokenizerConfig::tokenizerClass).orElse("LlamaTokenizer");
    ByteFallbackTokens tokens = new ByteFallbackTokens(file, model, added, type);
    TokenTable table = tokens.table(Math.max(tokens.count(), checkedSize(tokens.count())));
    putNames("llama", "default");
    table.addTo(metadata, true);
    addSpecial(table.size());
  }

  private void readByteLevel(TokenizerJson file) {
    BpeVocabulary model = BpeVocabulary.of(file);
    PreTokenizer preTokenizer = preTokenizer(file, model);
    AddedTokens added = AddedTokens.of(folder, file, model.ids(), config);
    TokenTable table = new TokenTable(checkedSize(model.ids().size()), 0);
    model
        .ids()
        .forEach(
            (text, id) -> {
              file.checkRoom(text, id, table.size());
              table.set(id, text, TokenType.NORMAL, 0);
            });
    for (AddedToken token : added.byContent().values()) {
      file.checkRoom(token.content(), token.id(), table.size());
      boolean control = token.special() || TokenTable.looksSpecial(token.content());
      table.set(
          token.id(),
          control ? token.content() : token.content().replace('▁', ' '),
          control ? TokenType.CONTROL : TokenType.USER_DEFINED,
          0);
    }
    putNames("gpt2", preTokenizer.name());
    table.addTo(metadata, false);
    putMerges(model.merges());
    addSpecial(table.size());
    if (preTokenizer.addBos() && !metadata.containsKey(PREFIX + "add_bos_token")) {
      metadata.put(PREFIX + "add_bos_token", new Bool(false));
    }
  }

  private PreTokenizer preTokenizer(TokenizerJson file, BpeVocabulary model) {
    if (forcedPre.isEmpty()) {
      Set<String> added =
          file.addedTokens().stream().map(AddedToken::content).collect(Collectors.toSet());
      return PreTokenizerRecognizer.recognize(
          file, model.ignoreMerges(), MergeClosure.reachesEveryToken(model, added));
    }
    return PreTokenizers.named(forcedPre.get())
        .map(entry -> entry.named(forcedPre.get()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no pre-tokenizer is called "
                        + forcedPre.get()
                        + ", known are "
                        + String.join(
                            ", ", PreTokenizers.all().stream().map(PreTokenizer::name).toList())));
  }

  private void putMerges(List<Merge> merges) {
    if (merges.isEmpty()) {
      warnings.add("tokenizer.json has no merges: every byte is a token");
      return;
    }
    List<MetadataValue> texts = new ArrayList<>(merges.size());
    for (Merge merge : merges) {
      texts.add(new Text(merge.left().replace(' ', 'Ġ') + " " + merge.right().replace(' ', 'Ġ')));
    }
    metadata.put(PREFIX + "merges", new Array(TEXT, texts));
  }

  private void addCodeLlamaEnd() {
    Map<String, MetadataValue> keys = new LinkedHashMap<>();
    SpecialVocabulary end =
        new SpecialVocabulary(
                folder, json, config, List.of("eot"), CODE_LLAMA_SIZE, new ArrayList<>())
            .read();
    end.set("eot", CODE_LLAMA_END);
    end.addTo(keys);
    MetadataValue id = keys.get(PREFIX + "eot_token_id");
    metadata.put(PREFIX + "eot_token_id", id == null ? new Uint32(CODE_LLAMA_END) : id);
  }
}
