package dev.quern.formats.tokenizer;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.subwords.TokenType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Reads tokens, types, scores and special ids from `tokenizer.ggml.*`.
///
/// Some tokens are known by their text, whatever type the file gives them, as llama.cpp knows them:
/// those that end a generation, and those for filling in the middle. They are control tokens.
final class VocabularyReader {
  static final String PREFIX = "tokenizer.ggml.";

  /// What a token costs beside its text, in bytes.
  private static final int TOKEN = 250;

  private static final int TEXT = 8;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;

  /// What converters write for "there is none".
  private static final long NO_ID = 0xffffffffL;

  private static final Set<String> ENDS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[");

  /// Texts that fill in the middle; the first of each group that is a token counts. Those of the
  /// last three groups also end a generation.
  private static final List<List<String>> FILLERS =
      List.of(
          List.of(
              "<|fim_prefix|>",
              "<fim-prefix>",
              "<fim_prefix>",
              "<｜fim▁begin｜>",
              "<PRE>",
              "▁<PRE>",
              "<|code_prefix|>",
              "<|prefix|>"),
          List.of(
              "<|fim_suffix|>",
              "<fim-suffix>",
              "<fim_suffix>",
              "<｜fim▁hole｜>",
              "<SUF>",
              "▁<SUF>",
              "<|code_suffix|>",
              "<|suffix|>"),
          List.of(
              "<|fim_middle|>",
              "<fim-middle>",
              "<fim_middle>",
              "<｜fim▁end｜>",
              "<MID>",
              "▁<MID>",
              "<|code_middle|>",
              "<|middle|>"),
          List.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"),
          List.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"),
          List.of("<|file_sep|>"));

  private static final List<String> FILLER_KEYS =
      List.of("fim_pre", "fim_suf", "fim_mid", "fim_pad", "fim_rep", "fim_sep");

  private final MetadataReader metadata;
  private final List<String> texts = new ArrayList<>();
  private final List<TokenType> types = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private float[] scores = {};
  private final BitSet ends = new BitSet();

  VocabularyReader(MetadataReader metadata) {
    this.metadata = metadata;
  }

  /// The vocabulary, with `unknown` and `eos` for the ids that the metadata does not give.
  Vocabulary read(OptionalInt defaultUnknown, OptionalInt eos) {
    OptionalInt unknown = special("unknown", defaultUnknown);
    eos.ifPresent(ends::set);
    special("eot", OptionalInt.empty()).ifPresent(ends::set);
    special("eom", OptionalInt.empty()).ifPresent(ends::set);
    findFillers();
    findEnds();
    return new Vocabulary(texts, types, scores, ids, unknown, ends);
  }

  /// Reads the arrays; to be called first.
  VocabularyReader readTokens() {
    String key = PREFIX + "tokens";
    List<MetadataValue> tokens =
        metadata
            .array(key, "strings", TEXT)
            .orElseThrow(() -> metadata.malformed("no " + key + ": the file has no vocabulary"));
    if (tokens.isEmpty()) {
      throw metadata.malformed(key + " is empty");
    }
    for (MetadataValue token : tokens) {
      addToken(token instanceof Text(String text) ? text : "");
    }
    readTypes();
    readScores();
    return this;
  }

  private void addToken(String text) {
    int id = texts.size();
    metadata.charge("tokens", TOKEN + 2L * text.length());
    String name = text.isEmpty() ? "[EMPTY_" + id + "]" : text;
    Integer before = ids.put(name, id);
    if (before != null) {
      throw metadata.malformed(
          PREFIX + "tokens has \"" + name + "\" twice: token " + before + " and token " + id);
    }
    texts.add(name);
  }

  private List<MetadataValue> perToken(String name, String wanted, int... typeIds) {
    String key = PREFIX + name;
    List<MetadataValue> values = metadata.array(key, wanted, typeIds).orElse(List.of());
    if (!values.isEmpty() && values.size() < texts.size()) {
      throw metadata.malformed(
          key
              + " has "
              + values.size()
              + " elements, wanted one for each of the "
              + texts.size()
              + " tokens");
    }
    return values;
  }

  private void readTypes() {
    List<MetadataValue> values = perToken("token_type", "32-bit numbers", INT32);
    for (int i = 0; i < texts.size(); i++) {
      Long id = values.isEmpty() ? Long.valueOf(1) : MetadataReader.wholeNumber(values.get(i));
      types.add(TokenType.of(id == null ? 0 : id));
    }
  }

  private void readScores() {
    List<MetadataValue> values = perToken("scores", "32-bit floats", FLOAT32, INT32);
    scores = new float[texts.size()];
    for (int i = 0; i < scores.length && !values.isEmpty(); i++) {
      Long whole = MetadataReader.wholeNumber(values.get(i));
      scores[i] = values.get(i) instanceof Float32(float score) ? score : whole == null ? 0 : whole;
      if (Float.isNaN(scores[i])) {
        throw metadata.malformed(PREFIX + "scores[" + i + "] is not a number");
      }
    }
  }

  /// The special token of the key `name`, or `otherwise` when there is no such key.
  OptionalInt special(String name, OptionalInt otherwise) {
    String key = PREFIX + name + "_token_id";
    long id = metadata.number(key).orElse(NO_ID - 1);
    if (id == NO_ID - 1) {
      return otherwise.isPresent() && otherwise.getAsInt() < texts.size()
          ? otherwise
          : OptionalInt.empty();
    }
    if (id == NO_ID || id == -1) {
      return OptionalInt.empty();
    }
    if (id < 0 || id >= texts.size()) {
      throw metadata.malformed(
          key + " is " + id + ", but there are " + texts.size() + " tokens, from 0");
    }
    return OptionalInt.of((int) id);
  }

  private void findFillers() {
    for (int i = 0; i < FILLERS.size(); i++) {
      OptionalInt id = special(FILLER_KEYS.get(i), OptionalInt.empty());
      if (id.isEmpty()) {
        for (String text : FILLERS.get(i)) {
          Integer found = ids.get(text);
          if (found != null) {
            types.set(found, TokenType.CONTROL);
            id = OptionalInt.of(found);
            break;
          }
        }
      }
      if (i >= 3) {
        id.ifPresent(ends::set);
      }
    }
  }

  private void findEnds() {
    for (String text : ENDS) {
      Integer id = ids.get(text);
      if (id != null) {
        types.set(id, TokenType.CONTROL);
        ends.set(id);
      }
    }
    keepOpen(ids.get("<|end|>"), hasHarmony(), TokenType.USER_DEFINED);
    keepOpen(ids.get("</s>"), ids.containsKey("<|tool_response>"), TokenType.NORMAL);
    for (String text : List.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>")) {
      Integer id = ids.get(text);
      if (id != null) {
        types.set(id, TokenType.USER_DEFINED);
      }
    }
  }

  /// Whether `<|end|>` ends a part of an answer, not the answer.
  private boolean hasHarmony() {
    boolean call = ids.containsKey("<|call|>") || ids.containsKey("<|calls|>");
    return call && (ids.containsKey("<|return|>") || ids.containsKey("<|flush|>"));
  }

  private void keepOpen(
      @org.jspecify.annotations.Nullable Integer id, boolean open, TokenType type) {
    if (id != null && open) {
      ends.clear(id);
      types.set(id, type);
    }
  }
}
