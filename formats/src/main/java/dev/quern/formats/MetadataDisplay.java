package dev.quern.formats;

import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Float64;
import dev.quern.formats.MetadataValue.Int16;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Int64;
import dev.quern.formats.MetadataValue.Int8;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.MetadataValue.Uint64;
import dev.quern.formats.MetadataValue.Uint8;
import java.util.stream.Collectors;

/// Metadata values as one line of text.
final class MetadataDisplay {
  private static final int LONGEST_ARRAY = 8;
  private static final int LONGEST_TEXT = 120;

  private MetadataDisplay() {}

  static String of(MetadataValue value) {
    return switch (value) {
      case Uint8(int n) -> Integer.toString(n);
      case Int8(byte n) -> Byte.toString(n);
      case Uint16(int n) -> Integer.toString(n);
      case Int16(short n) -> Short.toString(n);
      case Uint32(long n) -> Long.toString(n);
      case Int32(int n) -> Integer.toString(n);
      case Uint64(long n) -> Long.toUnsignedString(n);
      case Int64(long n) -> Long.toString(n);
      case Float32(float x) -> Float.toString(x);
      case Float64(double x) -> Double.toString(x);
      case Bool(boolean b) -> Boolean.toString(b);
      case Text(String s) -> quote(s);
      case Array array when array.values().size() > LONGEST_ARRAY ->
          "[" + array.values().size() + " values of " + array.elementType() + "]";
      case Array array ->
          array.values().stream()
              .map(MetadataDisplay::of)
              .collect(Collectors.joining(", ", "[", "]"));
    };
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().limit(LONGEST_TEXT).forEach(point -> appendVisible(quoted, point));
    quoted.append('"');
    int left = text.codePointCount(0, text.length()) - LONGEST_TEXT;
    return left > 0 ? quoted + " and " + left + " more" : quoted.toString();
  }

  private static void appendVisible(StringBuilder quoted, int point) {
    switch (point) {
      case '"', '\\' -> quoted.append('\\').appendCodePoint(point);
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      default -> {
        if (Character.isISOControl(point)) {
          quoted.append(String.format("\\u%04x", point));
        } else {
          quoted.appendCodePoint(point);
        }
      }
    }
  }
}
