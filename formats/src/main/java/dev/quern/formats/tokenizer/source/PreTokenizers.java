package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.ByteLevel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Makes the pre-tokenizers that `tokenizer.json` knows.
final class PreTokenizers {
  private static final Pattern BYTE_LEVEL_WORDS =
      OnigurumaRegex.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  private static final Pattern WORDS =
      Pattern.compile("\\w+|[^\\w\\s]+", Pattern.UNICODE_CHARACTER_CLASS);

  private final JsonFile file;

  private PreTokenizers(JsonFile file) {
    this.file = file;
  }

  /// The pre-tokenizer that `node` of `file` describes; one that cuts nothing if there is none.
  static PreTokenizer of(JsonFile file, JsonNode node) {
    return JsonFile.isMissing(node)
        ? (piece, out) -> out.accept(piece)
        : new PreTokenizers(file).read(node);
  }

  private PreTokenizer read(JsonNode node) {
    String type = file.text(node.path("type"), "pre_tokenizer.type");
    return switch (type) {
      case "Sequence" -> sequence(node);
      case "ByteLevel" -> byteLevel(node);
      case "Split" -> split(node);
      case "CharDelimiterSplit" ->
          splitting(
              Matches.literal(file.text(node.path("delimiter"), "pre_tokenizer.delimiter")),
              SplitBehavior.REMOVED,
              false);
      case "Metaspace" -> Metaspace.of(file, node);
      case "Whitespace" -> splitting(Matches.regex(WORDS), SplitBehavior.REMOVED, true);
      case "WhitespaceSplit" ->
          splitting(Matches.characters(CharacterKinds::isSpace), SplitBehavior.REMOVED, false);
      case "BertPreTokenizer" -> bert();
      case "Punctuation" ->
          splitting(
              Matches.characters(CharacterKinds::isPunctuation), behavior(node, "Isolated"), false);
      case "Digits" -> digits(node);
      case "UnicodeScripts" -> new ScriptSplit();
      case "FixedLength" -> fixedLength(node);
      default -> throw file.malformed("the pre-tokenizer " + type + " is not known");
    };
  }

  private boolean flag(JsonNode node, String name, boolean otherwise) {
    return file.flag(node.path(name), "pre_tokenizer." + name, otherwise);
  }

  private PreTokenizer sequence(JsonNode node) {
    PreTokenizer all = (piece, out) -> out.accept(piece);
    List<PreTokenizer> steps = new ArrayList<>();
    for (JsonNode step : file.array(node.path("pretokenizers"), "pre_tokenizer.pretokenizers")) {
      steps.add(read(step));
    }
    for (PreTokenizer step : steps.reversed()) {
      PreTokenizer after = all;
      all = (piece, out) -> step.split(piece, part -> after.split(part, out));
    }
    return all;
  }

  private static PreTokenizer splitting(Matches matches, SplitBehavior behavior, boolean invert) {
    return (piece, out) -> {
      SplitBehavior.Collector parts = new SplitBehavior.Collector(behavior, invert, piece, out);
      matches.find(piece.text(), parts);
      parts.finish();
    };
  }

  private SplitBehavior behavior(JsonNode node, String otherwise) {
    String name = node.path("behavior").asText(otherwise);
    return switch (name) {
      case "Removed" -> SplitBehavior.REMOVED;
      case "Isolated" -> SplitBehavior.ISOLATED;
      case "MergedWithPrevious" -> SplitBehavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> SplitBehavior.MERGED_WITH_NEXT;
      case "Contiguous" -> SplitBehavior.CONTIGUOUS;
      default -> throw file.malformed("pre_tokenizer.behavior is \"" + name + "\", not known");
    };
  }

  private PreTokenizer split(JsonNode node) {
    Matches matches = JsonPatterns.matches(file, node.path("pattern"), "pre_tokenizer.pattern");
    return splitting(matches, behavior(node, ""), flag(node, "invert", false));
  }

  private PreTokenizer digits(JsonNode node) {
    SplitBehavior behavior =
        flag(node, "individual_digits", false) ? SplitBehavior.ISOLATED : SplitBehavior.CONTIGUOUS;
    return splitting(Matches.characters(CharacterKinds::isNumber), behavior, false);
  }

  private static PreTokenizer bert() {
    PreTokenizer spaces =
        splitting(Matches.characters(CharacterKinds::isSpace), SplitBehavior.REMOVED, false);
    PreTokenizer signs =
        splitting(Matches.characters(CharacterKinds::isPunctuation), SplitBehavior.ISOLATED, false);
    return (piece, out) -> spaces.split(piece, part -> signs.split(part, out));
  }

  private PreTokenizer byteLevel(JsonNode node) {
    boolean prefix = flag(node, "add_prefix_space", true);
    boolean words = flag(node, "use_regex", true);
    PreTokenizer cut = splitting(Matches.regex(BYTE_LEVEL_WORDS), SplitBehavior.ISOLATED, false);
    return (piece, out) -> {
      Piece whole =
          prefix && !piece.text().startsWith(" ")
              ? new Piece(" " + piece.text(), piece.first())
              : piece;
      Consumer<Piece> encoded = part -> out.accept(new Piece(encode(part.text()), part.first()));
      if (words) {
        cut.split(whole, encoded);
      } else {
        encoded.accept(whole);
      }
    };
  }

  private static String encode(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    char[] characters = new char[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      characters[i] = ByteLevel.character(utf8[i] & 0xff);
    }
    return new String(characters);
  }

  private PreTokenizer fixedLength(JsonNode node) {
    int length = node.path("length").asInt(5);
    if (length < 1) {
      throw file.malformed("pre_tokenizer.length is " + length + ", wanted at least 1");
    }
    return (piece, out) -> {
      String text = piece.text();
      int from = 0;
      int count = 0;
      for (int at = 0; at < text.length(); ) {
        at += Character.charCount(text.codePointAt(at));
        if (++count == length || at == text.length()) {
          out.accept(new Piece(text.substring(from, at), piece.first() && from == 0));
          from = at;
          count = 0;
        }
      }
    };
  }
}
