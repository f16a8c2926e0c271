package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.subwords.TokenType;
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
  private static final String RESERVED = "<|reserved_special_token_%d|>";
  private static final int TEXT = 8;

  /// The special tokens of LLaMA 3; reserved ones from 5 follow.
  private static final List<String> LLAMA_3 =
      List.of(
          "<|begin_of_text|>",
          "<|end_of_text|>",
          RESERVED.formatted(0),
          RESERVED.formatted(1),
          RESERVED.formatted(2),
          RESERVED.formatted(3),
          "<|start_header_id|>",
          "<|end_header_id|>",
          RESERVED.formatted(4),
          "<|eot_id|>");

  /// Those of LLaMA 3.1 and later; reserved ones from 2 follow.
  private static final List<String> LLAMA_3_1 =
      List.of(
          "<|begin_of_text|>",
          "<|end_of_text|>",
          RESERVED.formatted(0),
          RESERVED.formatted(1),
          "<|finetune_right_pad_id|>",
          "<|step_id|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eom_id|>",
          "<|eot_id|>",
          "<|python_tag|>");

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
    List<String> named = newer ? LLAMA_3_1 : LLAMA_3;
    int count = ranks.ids().size();
    if (vocabSize < (long) count + named.size() || vocabSize > (long) count + (1 << 16)) {
      throw new MalformedFileException(
          file,
          "the file has %d tokens and the model %d, wanted at least %d more for special ones"
              .formatted(count, vocabSize, named.size()));
    }
    TokenTable table = new TokenTable((int) vocabSize, 0);
    ranks.ids().forEach((text, id) -> table.set(id, text, TokenType.NORMAL, 0));
    int reserved = newer ? 2 : 5;
    for (int i = 0; count + i < table.size(); i++) {
      String text =
          i < named.size() ? named.get(i) : RESERVED.formatted(reserved + i - named.size());
      table.set(count + i, text, TokenType.CONTROL, 0);
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
