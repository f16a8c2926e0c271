package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.subwords.TokenType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// RWKV's world vocabulary: a line for each token, its id, its text or bytes as Python writes them,
/// and their number. GGUF has the bytes with escapes.
record RwkvVocabulary(TokenTable table) {
  private static final String PREFIX = VocabularyReader.PREFIX;
  private static final Pattern LINE = Pattern.compile("(\\d{1,7}) (b?)(['\"])(.*)\\3 (\\d{1,5})");
  private static final int END_OF_TURN = 261;

  static RwkvVocabulary read(Path file, long vocabSize) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path folder = file.resolveSibling("");
    TokenTable table = new TokenTable(VocabularySize.check(folder, vocabSize, lines.size() + 1), 0);
    if (lines.size() >= table.size()) {
      throw new MalformedFileException(
          file, "has %d tokens, vocab_size is %d".formatted(lines.size() + 1, table.size()));
    }
    table.set(0, "<s>", TokenType.CONTROL, 0);
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches() || Integer.parseInt(line.group(1)) != i + 1) {
        throw new MalformedFileException(
            file, "line %d is no token with id %d, text and length".formatted(i + 1, i + 1));
      }
      byte[] bytes = bytes(line.group(4), !line.group(2).isEmpty());
      if (bytes.length != Integer.parseInt(line.group(5))) {
        throw new MalformedFileException(
            file,
            "line %d has %d bytes, and says %s".formatted(i + 1, bytes.length, line.group(5)));
      }
      table.set(i + 1, escape(bytes), TokenType.NORMAL, 0);
    }
    return new RwkvVocabulary(table);
  }

  /// The bytes of a literal of Python's.
  private static byte[] bytes(String literal, boolean isBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int width;
    for (int at = 0; at < literal.length(); at += width) {
      int c = literal.codePointAt(at);
      width = Character.charCount(c);
      boolean hex = false;
      if (c == '\\' && at + 1 < literal.length()) {
        char next = literal.charAt(at + 1);
        int digits = next == 'x' ? 2 : next == 'u' ? 4 : next == 'U' ? 8 : 0;
        hex = digits == 2;
        width = 2 + digits;
        c =
            switch (next) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              case 'x', 'u', 'U' -> hexadecimal(literal, at + 2, digits);
              default -> next;
            };
      }
      if (isBytes && (hex || c < 128)) {
        out.write(c);
      } else {
        out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private static int hexadecimal(String literal, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits && i < literal.length(); i++) {
      value = value << 4 | Math.max(0, Character.digit(literal.charAt(i), 16));
    }
    return Math.min(value, Character.MAX_CODE_POINT);
  }

  /// The bytes as Python shows them: in single quotes unless there is one in them and no double
  /// quote, which does not matter but for which of them is escaped.
  private static String escape(byte[] bytes) {
    String plain = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean escapesQuote = plain.contains("'") && plain.contains("\"");
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        case '\'' -> out.append(escapesQuote ? "\\'" : "'");
        default -> {
          if (c >= 32 && c < 127) {
            out.append(c);
          } else {
            out.append("\\x%02x".formatted((int) c));
          }
        }
      }
    }
    return out.toString();
  }

  void addTo(Map<String, MetadataValue> metadata) {
    metadata.put(PREFIX + "model", new Text("rwkv"));
    table.addTo(metadata, false);
  }

  /// Sets the ids that no file has right: texts begin and end with token 0, and two line ends end a
  /// turn.
  static void finish(Map<String, MetadataValue> metadata) {
    Map<String, MetadataValue> rest = new LinkedHashMap<>(metadata);
    rest.put(PREFIX + "bos_token_id", new Uint32(0));
    rest.put(PREFIX + "eos_token_id", new Uint32(0));
    rest.put(PREFIX + "eot_token_id", new Uint32(END_OF_TURN));
    rest.putIfAbsent("tokenizer.chat_template", new Text("rwkv-world"));
    metadata.putAll(rest);
  }
}
