package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.tokenfiles.OlderFiles;
import dev.quern.formats.tokenfiles.TiktokenRanks;
import dev.quern.formats.tokenizer.BpeModel.Merge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The vocabulary of a folder without `tokenizer.json` and SentencePiece model.
record OlderVocabulary(
    Path folder,
    long vocabSize,
    Optional<String> forcedPre,
    Optional<TokenizerConfig> config,
    List<String> warnings) {
  private static final String PREFIX = VocabularyReader.PREFIX;
  private static final String RWKV = "rwkv_vocab_v20230424.txt";
  private static final String QWEN = "qwen.tiktoken";

  /// Adds the keys to `metadata`.
  void read(Map<String, MetadataValue> metadata) {
    if (Files.isRegularFile(folder.resolve(RWKV))) {
      RwkvVocabulary.read(folder.resolve(RWKV), vocabSize).addTo(metadata);
      special().addTo(metadata);
      RwkvVocabulary.finish(metadata);
      return;
    }
    JsonFile older =
        OlderFiles.read(folder)
            .orElseThrow(
                () ->
                    new MalformedFileException(
                        folder,
                        "has no tokenizer: no tokenizer.json, tokenizer.model, tekken.json, "
                            + "merges.txt, vocab.txt or "
                            + QWEN));
    TokenizerJson json = TokenizerJson.of(older);
    if (json.model().path("type").asText().equals("WordPiece")) {
      WordPieceVocabulary.read(folder, json, config, vocabSize).addTo(metadata);
      special().addTo(metadata);
    } else if (folder.resolve("tekken.json").equals(older.path())) {
      readTekken(json, metadata);
    } else {
      readByteLevel(json, metadata);
    }
  }

  private SpecialVocabulary special() {
    return new SpecialVocabulary(
            folder,
            Optional.empty(),
            config,
            SourceVocabularyReader.SPECIAL,
            Math.toIntExact(vocabSize),
            warnings)
        .read();
  }

  private void readByteLevel(TokenizerJson json, Map<String, MetadataValue> metadata) {
    ByteLevelVocabulary vocabulary =
        ByteLevelVocabulary.read(folder, json, config, vocabSize, forcedPre);
    Path qwen = folder.resolve(QWEN);
    boolean isQwen = Files.isRegularFile(qwen);
    vocabulary.addTo(metadata);
    List<Merge> merges =
        isQwen
            ? TiktokenRanks.read(qwen).lastMerges().stream()
                .map(merge -> new Merge(merge.left(), merge.right()))
                .toList()
            : vocabulary.merges();
    vocabulary.addMergesTo(metadata, merges, warnings);
    SpecialVocabulary special = special();
    if (isQwen) {
      int end = TiktokenRanks.read(qwen).ids().size();
      if (!special.hasIds()) {
        special.set("bos", end);
        special.set("eos", end);
      }
      special.set("unk", end);
    }
    special.addTo(metadata);
    if (json.normalizer().path("type").asText().equals("NFC")) {
      metadata.put(PREFIX + "normalizer.nfc", new Bool(true));
    }
    vocabulary.finish(metadata);
  }

  /// As the reference writes it, but for scores, which are all zero, and chat templates, which are
  /// not in the file.
  private void readTekken(TokenizerJson json, Map<String, MetadataValue> metadata) {
    ByteLevelVocabulary vocabulary =
        ByteLevelVocabulary.read(folder, json, config, vocabSize, forcedPre);
    vocabulary.addTo(metadata);
    vocabulary.addMergesTo(metadata, vocabulary.merges(), warnings);
    List<String> names = List.of("unknown", "bos", "eos");
    for (int id = 0; id < names.size(); id++) {
      metadata.put(PREFIX + names.get(id) + "_token_id", new Uint32(id));
    }
    if (metadata.get(PREFIX + "tokens") instanceof Array tokens) {
      int pad = tokens.values().indexOf(new Text("<pad>"));
      metadata.put(PREFIX + "padding_token_id", new Uint32(pad < 0 ? 2 : pad));
    }
    metadata.put(PREFIX + "add_bos_token", new Bool(true));
    metadata.put(PREFIX + "add_eos_token", new Bool(false));
  }
}
