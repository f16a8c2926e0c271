package dev.quern.formats.tokenizer;

import static dev.quern.formats.tokenizer.VocabularyReader.PREFIX;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.subwords.CharacterMap;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.BpeModel.Merge;
import dev.quern.formats.tokenizer.VocabularyTokenizer.Ends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Makes tokenizers.
public final class Tokenizers {
  /// What a merge costs beside its texts, in bytes.
  private static final int MERGE = 250;

  /// The text of a token for a byte.
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

  private static final int TEXT = 8;
  private static final int UINT8 = 0;
  private static final int INT8 = 1;

  private Tokenizers() {}

  /// The tokenizer that the `tokenizer.ggml.*` keys of a GGUF file describe.
  ///
  /// Known are the models `llama`, `gpt2`, `t5`, `bert` and `rwkv`. Without keys that say
  /// otherwise, `llama` has the ids 0, 1 and 2 for unknown, beginning and end, adds a beginning,
  /// and puts a space before text.
  ///
  /// @param fileName what messages call the file
  /// @throws MalformedFileException if the keys contradict each other, or ask for what is not known
  public static Tokenizer fromMetadata(String fileName, Map<String, MetadataValue> metadata) {
    MetadataReader reader = new MetadataReader(fileName, metadata);
    String model =
        reader
            .text(PREFIX + "model")
            .orElseThrow(
                () -> reader.malformed("no " + PREFIX + "model: the file has no tokenizer"));
    return switch (model) {
      case "llama" -> sentencePiece(reader);
      case "gpt2" -> byteLevel(reader);
      case "t5" -> unigram(reader);
      case "bert" -> wordPiece(reader);
      case "rwkv" -> rwkv(reader);
      default ->
          throw reader.malformed(
              PREFIX
                  + "model is \""
                  + model
                  + "\", known are \"llama\", \"gpt2\", \"t5\", \"bert\" and \"rwkv\"");
    };
  }

  private static Tokenizer sentencePiece(MetadataReader reader) {
    VocabularyReader tokens = new VocabularyReader(reader).readTokens();
    OptionalInt bos = tokens.special("bos", OptionalInt.of(1));
    OptionalInt eos = tokens.special("eos", OptionalInt.of(2));
    Ends ends = ends(reader, bos, eos, true);
    Vocabulary vocabulary = tokens.read(OptionalInt.of(0), eos);
    checkByteTokens(reader, vocabulary);
    boolean spacePrefix = reader.flag(PREFIX + "add_space_prefix", true);
    return new VocabularyTokenizer(vocabulary, new SpmModel(vocabulary, spacePrefix), ends);
  }

  private static Tokenizer byteLevel(MetadataReader reader) {
    PreTokenizer preTokenizer = preTokenizer(reader);
    VocabularyReader tokens = new VocabularyReader(reader).readTokens();
    OptionalInt bos = tokens.special("bos", OptionalInt.empty());
    OptionalInt eos = tokens.special("eos", OptionalInt.empty());
    Ends ends = ends(reader, bos, eos, preTokenizer.addBos());
    Vocabulary vocabulary = tokens.read(OptionalInt.empty(), eos);
    checkByteTokens(reader, vocabulary);
    boolean nfc = reader.flag(PREFIX + "normalizer.nfc", false);
    BpeModel model = new BpeModel(vocabulary, preTokenizer, merges(reader), nfc);
    return new VocabularyTokenizer(vocabulary, model, ends);
  }

  private static Tokenizer unigram(MetadataReader reader) {
    VocabularyReader tokens = new VocabularyReader(reader).readTokens();
    OptionalInt eos = tokens.special("eos", OptionalInt.of(1));
    OptionalInt bos = tokens.special("bos", OptionalInt.empty());
    boolean addEos = reader.flag(PREFIX + "add_eos_token", true);
    Ends ends = new Ends(bos, eos, reader.flag(PREFIX + "add_bos_token", false), addEos);
    Vocabulary vocabulary = tokens.read(OptionalInt.of(2), eos);
    UgmModel.Spaces spaces =
        new UgmModel.Spaces(
            reader.flag(PREFIX + "add_space_prefix", false),
            reader.flag(PREFIX + "remove_extra_whitespaces", false));
    UgmModel model =
        new UgmModel(vocabulary, unknown(reader, vocabulary), spaces, characters(reader));
    return new VocabularyTokenizer(vocabulary, model, ends);
  }

  private static int unknown(MetadataReader reader, Vocabulary vocabulary) {
    return vocabulary
        .unknown()
        .orElseThrow(() -> reader.malformed("no " + PREFIX + "unknown_token_id"));
  }

  private static CharacterMap characters(MetadataReader reader) {
    String key = PREFIX + "precompiled_charsmap";
    List<MetadataValue> values = reader.array(key, "bytes", UINT8, INT8).orElse(List.of());
    byte[] bytes = new byte[values.size()];
    for (int i = 0; i < bytes.length; i++) {
      Long value = MetadataReader.wholeNumber(values.get(i));
      bytes[i] = value == null ? 0 : value.byteValue();
    }
    try {
      return CharacterMap.of(bytes);
    } catch (IllegalArgumentException e) {
      throw reader.malformed(key + ": " + e.getMessage());
    }
  }

  private static Tokenizer wordPiece(MetadataReader reader) {
    VocabularyReader tokens = new VocabularyReader(reader).readTokens();
    OptionalInt bos = tokens.special("bos", OptionalInt.of(101));
    OptionalInt sep = tokens.special("seperator", OptionalInt.of(102));
    Vocabulary vocabulary = tokens.read(OptionalInt.of(100), OptionalInt.empty());
    boolean lowercase = reader.flag(PREFIX + "normalizer.lowercase", true);
    boolean accents = reader.flag(PREFIX + "normalizer.strip_accents", lowercase);
    WpmModel model = new WpmModel(vocabulary, unknown(reader, vocabulary), lowercase, accents);
    Ends ends = new Ends(bos, sep, bos.isPresent(), sep.isPresent());
    return new VocabularyTokenizer(vocabulary, model, ends);
  }

  private static Tokenizer rwkv(MetadataReader reader) {
    VocabularyReader tokens = new VocabularyReader(reader).readTokens();
    OptionalInt bos = tokens.special("bos", OptionalInt.empty());
    OptionalInt eos = tokens.special("eos", OptionalInt.empty());
    Vocabulary vocabulary = tokens.read(OptionalInt.empty(), eos);
    int unknown = vocabulary.unknown().orElse(0);
    return new VocabularyTokenizer(
        vocabulary, new RwkvModel(vocabulary, unknown), new Ends(bos, eos, false, false));
  }

  private static PreTokenizer preTokenizer(MetadataReader reader) {
    String key = PREFIX + "pre";
    String name = reader.text(key).orElse("default");
    if (PreTokenizers.isOfAnotherKind(name)) {
      throw reader.malformed(key + " is \"" + name + "\", whose vocabularies are not byte level");
    }
    return PreTokenizers.named(name)
        .orElseThrow(() -> reader.malformed(key + " is \"" + name + "\", which is not known"));
  }

  private static List<Merge> merges(MetadataReader reader) {
    String key = PREFIX + "merges";
    List<MetadataValue> values =
        reader
            .array(key, "strings", TEXT)
            .orElseThrow(() -> reader.malformed("no " + key + ", which \"gpt2\" needs"));
    List<Merge> merges = new ArrayList<>();
    for (MetadataValue value : values) {
      String text = value instanceof Text(String merge) ? merge : "";
      reader.charge("merges", MERGE + 2L * text.length());
      int space = text.indexOf(' ', 1);
      if (space < 0) {
        throw reader.malformed(
            key + "[" + merges.size() + "] is \"" + text + "\", wanted two texts and a space");
      }
      merges.add(new Merge(text.substring(0, space), text.substring(space + 1)));
    }
    return merges;
  }

  private static Ends ends(
      MetadataReader reader, OptionalInt bos, OptionalInt eos, boolean defaultBos) {
    boolean addBos = reader.flag(PREFIX + "add_bos_token", defaultBos);
    boolean addEos = reader.flag(PREFIX + "add_eos_token", false);
    if (addBos && bos.isEmpty()) {
      throw reader.malformed(
          PREFIX + "add_bos_token is true, but there is no " + PREFIX + "bos_token_id");
    }
    if (addEos && eos.isEmpty()) {
      throw reader.malformed(
          PREFIX + "add_eos_token is true, but there is no " + PREFIX + "eos_token_id");
    }
    return new Ends(bos, eos, addBos, addEos);
  }

  private static void checkByteTokens(MetadataReader reader, Vocabulary vocabulary) {
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.type(id) == TokenType.BYTE && !BYTE.matcher(vocabulary.text(id)).matches()) {
        throw reader.malformed(
            PREFIX
                + "tokens["
                + id
                + "] is a byte token with the text \""
                + vocabulary.text(id)
                + "\", wanted <0x00> to <0xFF>");
      }
    }
  }
}
