package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenfiles.MetaTokens;
import dev.quern.formats.tokenfiles.TiktokenRanks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tokenizer of a LLaMA as Meta publishes it, which is one file: a SentencePiece model, or from
/// LLaMA 3 on tiktoken's ranks. What the special tokens are is in Meta's code, not in the file.
final class MetaVocabulary {
  private static final String PREFIX = VocabularyReader.PREFIX;
  private static final int TEXT = 8;

  private MetaVocabulary() {}

  static SourceVocabulary sentencePiece(Path file, long vocabSize) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
    SourceVocabulary read = SourceVocabulary.read(folder, vocabSize, Optional.empty());
    Map<String, MetadataValue> metadata = new LinkedHashMap<>(read.metadata());
    if (metadata.get(PREFIX + "tokens") instanceof Array tokens) {
      putId(metadata, "bos", tokens.values().indexOf(new Text("<s>")));
      putId(metadata, "eos", tokens.values().indexOf(new Text("</s>")));
      putId(metadata, "unknown", tokens.values().indexOf(new Text("<unk>")));
    }
    metadata.putIfAbsent(PREFIX + "add_bos_token", new Bool(true));
    metadata.putIfAbsent(PREFIX + "add_eos_token", new Bool(false));
    return new SourceVocabulary(metadata, read.warnings());
  }

  private static void putId(Map<String, MetadataValue> metadata, String kind, int id) {
    if (id >= 0) {
      metadata.putIfAbsent(PREFIX + kind + "_token_id", new Uint32(id));
    }
  }

  static SourceVocabulary tiktoken(
      Path file, long vocabSize, boolean newer, Optional<String> forcedPre) {
    TiktokenRanks ranks = TiktokenRanks.read(file);
    int count = ranks.ids().size();
    if (vocabSize < (long) count + MetaTokens.NAMED || vocabSize > (long) count + (1 << 16)) {
      throw new MalformedFileException(
          file,
          "the file has %d tokens and the model %d, wanted at least %d more for special ones"
              .formatted(count, vocabSize, MetaTokens.NAMED));
    }
    TokenTable table = new TokenTable((int) vocabSize, 0);
    ranks.ids().forEach((text, id) -> table.set(id, text, TokenType.NORMAL, 0));
    List<String> special = MetaTokens.special(newer, table.size() - count);
    for (int i = 0; i < special.size(); i++) {
      table.set(count + i, special.get(i), TokenType.CONTROL, 0);
    }
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put(PREFIX + "model", new Text("gpt2"));
    metadata.put(PREFIX + "pre", new Text(forcedPre.orElse("llama-bpe")));
    table.addTo(metadata, false);
    List<MetadataValue> merges = new ArrayList<>();
    ranks.merges().forEach(merge -> merges.add(new Text(merge.left() + " " + merge.right())));
    metadata.put(PREFIX + "merges", new Array(TEXT, merges));
    putId(metadata, "bos", count);
    putId(metadata, "eos", count + 1);
    metadata.put(PREFIX + "add_bos_token", new Bool(true));
    metadata.put(PREFIX + "add_eos_token", new Bool(false));
    metadata.put(PREFIX + "add_sep_token", new Bool(false));
    return new SourceVocabulary(metadata, List.of());
  }
}
