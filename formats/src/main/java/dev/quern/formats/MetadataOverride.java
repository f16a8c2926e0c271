package dev.quern.formats;

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
import java.math.BigInteger;
import java.util.Map;
import java.util.SequencedMap;

/// A value of metadata that somebody chose, as `KEY=TYPE:VALUE` on a command line.
///
/// llama.cpp has the types `int` (stored as UINT32), `float` (FLOAT32), `bool` and `str`; beside
/// them there are the exact ones `u8 i8 u16 i16 u32 i32 u64 i64 f32 f64`.
///
/// @param key the key
/// @param value what it shall be
public record MetadataOverride(String key, MetadataValue value) {
  private static final String TYPES =
      "int, float, bool, str, u8, i8, u16, i16, u32, i32, u64, i64, f32, f64";

  /// Reads `KEY=TYPE:VALUE`.
  ///
  /// @throws IllegalArgumentException if it is something else, or the value does not fit the type
  public static MetadataOverride parse(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', Math.max(equals, 0));
    if (equals < 1 || colon < 0) {
      throw new IllegalArgumentException(
          "\"%s\" is not of the form KEY=TYPE:VALUE, with a TYPE of %s".formatted(text, TYPES));
    }
    String type = text.substring(equals + 1, colon);
    try {
      return new MetadataOverride(
          text.substring(0, equals), value(type, text.substring(colon + 1)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("\"%s\": not a value of type %s".formatted(text, type), e);
    }
  }

  private static MetadataValue value(String type, String text) {
    return switch (type) {
      case "int", "u32" -> new Uint32(unsigned(text, 32).longValueExact());
      case "float", "f32" -> new Float32(narrow(text));
      case "bool" -> new Bool(truth(text));
      case "str" -> new Text(text);
      case "u8" -> new Uint8(unsigned(text, 8).intValueExact());
      case "i8" -> new Int8(Byte.parseByte(text));
      case "u16" -> new Uint16(unsigned(text, 16).intValueExact());
      case "i16" -> new Int16(Short.parseShort(text));
      case "i32" -> new Int32(Integer.parseInt(text));
      case "u64" -> new Uint64(unsigned(text, 64).longValue());
      case "i64" -> new Int64(Long.parseLong(text));
      case "f64" -> new Float64(Double.parseDouble(text));
      default ->
          throw new IllegalArgumentException(
              "there is no type \"%s\" of metadata; there are %s".formatted(type, TYPES));
    };
  }

  /// Rounded twice, as the reference does it.
  private static float narrow(String text) {
    return (float) Double.parseDouble(text);
  }

  private static BigInteger unsigned(String text, int bits) {
    BigInteger number = new BigInteger(text);
    if (number.signum() < 0 || number.bitLength() > bits) {
      throw new ArithmeticException(text);
    }
    return number;
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new NumberFormatException(text);
    };
  }

  /// Puts the value last in `metadata`, also where the key was there before: that is where the
  /// reference has what it sets.
  public void putLast(SequencedMap<String, MetadataValue> metadata) {
    metadata.putLast(key, value);
  }

  /// Puts the value in the place of the one that `metadata` has, or last.
  public void put(Map<String, MetadataValue> metadata) {
    metadata.put(key, value);
  }
}
