package dev.quern.formats.tokenizer;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Uint32;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes the metadata of a [SourceVocabulary].
final class SourceVocabularyReader {
  private static final String PREFIX = VocabularyReader.PREFIX;

  /// The special tokens that are looked for.
  static final List<String> SPECIAL = List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

  /// Where CodeLlama's vocabulary has its end of a filled-in text, and the size that tells it.
  private static final int CODE_LLAMA_SIZE = 32016;

  private static final int CODE_LLAMA_END = 32010;

  /// The size of Granite's small vocabulary, whose models add no beginning.
  private static final int GRANITE_SIZE = 49152;

  private final Path folder;
  private final VocabularyStyle style;
  private final long vocabSize;
  private final Optional<String> forcedPre;
  private final Optional<TokenizerConfig> config;
  private final Optional<TokenizerJson> json;
  private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  SourceVocabularyReader(Path folder, long vocabSize, Optional<String> forcedPre) {
    this.folder = folder;
    this.style = VocabularyStyle.of(folder);
    this.vocabSize = vocabSize;
    this.forcedPre = forcedPre;
    this.config = TokenizerConfig.readIfThere(folder);
    this.json = TokenizerJson.readIfThere(folder);
  }

  SourceVocabulary read() {
    if (style == VocabularyStyle.LLAMA) {
      config.flatMap(TokenizerConfig::addPrefixSpace).ifPresent(this::putSpacePrefix);
    }
    Optional<Path> model = sentencePiece();
    if (model.isPresent()) {
      readSentencePiece(model.get());
    } else if (json.isPresent()) {
      readJson(json.get());
    } else {
      new OlderVocabulary(folder, vocabSize, forcedPre, config, warnings).read(metadata);
    }
    if (style == VocabularyStyle.LLAMA && vocabSize == CODE_LLAMA_SIZE) {
      addCodeLlamaEnd();
    }
    if (style == VocabularyStyle.LLAMA && vocabSize == GRANITE_SIZE) {
      metadata.put(PREFIX + "add_bos_token", new Bool(false));
    }
    return new SourceVocabulary(metadata, warnings);
  }

  /// The SentencePiece model, unless the folder has other files that count more.
  private Optional<Path> sentencePiece() {
    boolean tekken = Files.isRegularFile(folder.resolve("tekken.json")) && json.isEmpty();
    boolean gpt2 =
        config.flatMap(TokenizerConfig::tokenizerClass).equals(Optional.of("GPT2Tokenizer"));
    if (tekken || (style == VocabularyStyle.PHI3 && gpt2)) {
      return Optional.empty();
    }
    return SentencePieceFile.in(folder)
        .or(() -> Optional.of(folder.resolve("spiece.model")).filter(Files::isRegularFile));
  }

  private void readSentencePiece(Path file) {
    SentencePieceVocabulary pieces =
        new SentencePieceVocabulary(file, style, vocabSize, config, json, warnings);
    pieces.addTo(metadata);
    addSpecial(pieces.size());
    pieces.finish(metadata);
  }

  private void readJson(TokenizerJson file) {
    if (file.model().path("type").asText().equals("WordPiece")) {
      WordPieceVocabulary.read(folder, file, config, vocabSize).addTo(metadata);
      addSpecial(Math.toIntExact(vocabSize));
    } else if (fallsBackToBytes(file)) {
      readByteFallback(file);
    } else {
      readByteLevel(file);
    }
  }

  private void putSpacePrefix(boolean value) {
    metadata.put(PREFIX + "add_space_prefix", new Bool(value));
  }

  private void addSpecial(int size) {
    new SpecialVocabulary(folder, json, config, SPECIAL, size, warnings).read().addTo(metadata);
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
    TokenTable table =
        tokens.table(
            Math.max(tokens.count(), VocabularySize.check(folder, vocabSize, tokens.count())));
    TokenTable.putNames(metadata, "llama", "default");
    table.addTo(metadata, true);
    addSpecial(table.size());
  }

  private void readByteLevel(TokenizerJson file) {
    ByteLevelVocabulary vocabulary =
        ByteLevelVocabulary.read(folder, file, config, vocabSize, forcedPre);
    vocabulary.addTo(metadata);
    vocabulary.addMergesTo(metadata, vocabulary.merges(), warnings);
    addSpecial(vocabulary.size());
    vocabulary.finish(metadata);
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
