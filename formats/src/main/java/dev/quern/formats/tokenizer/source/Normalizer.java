package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.ByteLevel;
import dev.quern.formats.subwords.CharacterMap;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Changes text before it is cut into words.
@FunctionalInterface
interface Normalizer {
  /// What `text` becomes.
  String apply(String text);

  /// The normalizer that `node` of `file` describes; one that changes nothing if there is none.
  static Normalizer of(JsonFile file, JsonNode node) {
    if (JsonFile.isMissing(node)) {
      return text -> text;
    }
    String type = file.text(node.path("type"), "normalizer.type");
    return switch (type) {
      case "Sequence" -> sequence(file, node);
      case "NFC", "NFD", "NFKC", "NFKD" -> form(Form.valueOf(type));
      case "Lowercase" -> Normalizer::lowercase;
      case "StripAccents" -> text -> without(text, CharacterKinds::isMark);
      case "Strip" -> strip(file, node);
      case "Replace" -> replace(file, node);
      case "Prepend" -> prepend(file.text(node.path("prepend"), "normalizer.prepend"));
      case "BertNormalizer" -> BertNormalizer.of(file, node);
      case "ByteLevel" -> Normalizer::byteLevel;
      case "Nmt" -> Normalizer::nmt;
      case "Precompiled" -> precompiled(file, node);
      default -> throw file.malformed("the normalizer " + type + " is not known");
    };
  }

  private static Normalizer sequence(JsonFile file, JsonNode node) {
    List<Normalizer> steps = new ArrayList<>();
    for (JsonNode step : file.array(node.path("normalizers"), "normalizer.normalizers")) {
      steps.add(of(file, step));
    }
    return text -> {
      String result = text;
      for (Normalizer step : steps) {
        result = step.apply(result);
      }
      return result;
    };
  }

  private static Normalizer form(Form form) {
    return text -> java.text.Normalizer.normalize(text, form);
  }

  /// Every character alone in lower case, whatever stands around it.
  static String lowercase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == 0x130) {
                out.append("i\u0307");
              } else {
                out.appendCodePoint(Character.toLowerCase(c));
              }
            });
    return out.toString();
  }

  /// `text` without the characters that pass `test`.
  static String without(String text, IntPredicate test) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().filter(test.negate()).forEach(out::appendCodePoint);
    return out.toString();
  }

  private static Normalizer strip(JsonFile file, JsonNode node) {
    boolean left = file.flag(node.path("strip_left"), "normalizer.strip_left", true);
    boolean right = file.flag(node.path("strip_right"), "normalizer.strip_right", true);
    return text -> {
      int from = 0;
      int to = text.length();
      while (left && from < to && CharacterKinds.isSpace(text.codePointAt(from))) {
        from += Character.charCount(text.codePointAt(from));
      }
      while (right && to > from && CharacterKinds.isSpace(text.codePointBefore(to))) {
        to -= Character.charCount(text.codePointBefore(to));
      }
      return text.substring(from, to);
    };
  }

  private static Normalizer replace(JsonFile file, JsonNode node) {
    String content = file.text(node.path("content"), "normalizer.content");
    JsonNode pattern = node.path("pattern");
    if (pattern.has("String")) {
      String wanted = file.text(pattern.path("String"), "normalizer.pattern.String");
      return wanted.isEmpty() ? text -> text : text -> text.replace(wanted, content);
    }
    Pattern regex = JsonPatterns.regex(file, pattern.path("Regex"), "normalizer.pattern.Regex");
    String quoted = Matcher.quoteReplacement(content);
    return text -> regex.matcher(text).replaceAll(quoted);
  }

  private static Normalizer prepend(String prefix) {
    return text -> text.isEmpty() ? text : prefix + text;
  }

  private static String byteLevel(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(utf8.length);
    for (byte b : utf8) {
      out.append(ByteLevel.character(b & 0xff));
    }
    return out.toString();
  }

  /// The clean-up of the NMT normalization: control characters go, other white space becomes one
  /// space for each character.
  private static String nmt(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !isNmtControl(c))
        .forEach(c -> out.appendCodePoint(isNmtSpace(c) ? ' ' : c));
    return out.toString();
  }

  private static boolean isNmtControl(int c) {
    return (c >= 1 && c <= 8)
        || c == 0xb
        || (c >= 0xe && c <= 0x1f)
        || c == 0x7f
        || c == 0x8f
        || c == 0x9f;
  }

  private static boolean isNmtSpace(int c) {
    return c == 9
        || c == 0xa
        || c == 0xc
        || c == 0xd
        || c == 0x1680
        || (c >= 0x200b && c <= 0x200f)
        || c == 0x2028
        || c == 0x2029
        || c == 0x2581
        || c == 0xfeff
        || c == 0xfffd;
  }

  private static Normalizer precompiled(JsonFile file, JsonNode node) {
    String place = "normalizer.precompiled_charsmap";
    JsonNode map = node.path("precompiled_charsmap");
    if (JsonFile.isMissing(map)) {
      return text -> text;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(file.text(map, place));
      return new PrecompiledNormalizer(CharacterMap.of(bytes));
    } catch (IllegalArgumentException e) {
      throw file.malformed(place + " is no character map: " + e.getMessage());
    }
  }
}
