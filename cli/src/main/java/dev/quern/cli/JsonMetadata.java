package dev.quern.cli;

import dev.quern.formats.MetadataValue;
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
import java.util.List;
import java.util.Map;

/// Metadata as JSON values; long arrays are counted unless they are wanted whole.
final class JsonMetadata {
  private static final int SHORT = 32;

  private JsonMetadata() {}

  static Object of(MetadataValue value, boolean full) {
    return switch (value) {
      case Uint8(int n) -> n;
      case Int8(byte n) -> n;
      case Uint16(int n) -> n;
      case Int16(short n) -> n;
      case Uint32(long n) -> n;
      case Int32(int n) -> n;
      case Uint64(long n) -> n < 0 ? Long.toUnsignedString(n) : (Object) n;
      case Int64(long n) -> n;
      case Float32(float x) -> finite(x, Float.toString(x));
      case Float64(double x) -> finite(x, Double.toString(x));
      case Bool(boolean b) -> b;
      case Text(String s) -> s;
      case Array array -> array(array, full);
    };
  }

  private static Object array(Array array, boolean full) {
    int count = array.values().size();
    if (!full && count > SHORT) {
      return Map.of("count", count, "type", array.elementType().name());
    }
    List<Object> values = array.values().stream().map(value -> of(value, full)).toList();
    return values;
  }

  private static Object finite(double x, String text) {
    return Double.isFinite(x) ? (Object) Double.valueOf(text) : text;
  }
}
