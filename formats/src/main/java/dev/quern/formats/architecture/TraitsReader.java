package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads checked hyper-parameters from the metadata of one model. Keys are given without the
/// architecture's prefix.
final class TraitsReader {
  private final Path file;
  private final String prefix;
  private final Map<String, MetadataValue> metadata;

  TraitsReader(ModelView view, String architecture) {
    this.file = Path.of(view.name());
    this.prefix = architecture + ".";
    this.metadata = view.metadata();
  }

  boolean has(String key) {
    return metadata.containsKey(prefix + key);
  }

  /// A number from 1 to `most`; the key must be there.
  int count(String key, int most) {
    MetadataValue value = metadata.get(prefix + key);
    if (value == null) {
      throw malformed(key, "is missing");
    }
    return checkedCount(key, value, most);
  }

  /// A number from 1 to `most`, or `otherwise` if the key is absent.
  int count(String key, int most, int otherwise) {
    MetadataValue value = metadata.get(prefix + key);
    return value == null ? otherwise : checkedCount(key, value, most);
  }

  /// A number from 0 to `most`, or 0 if the key is absent.
  int countOrZero(String key, int most) {
    MetadataValue value = metadata.get(prefix + key);
    if (value != null && Long.valueOf(0).equals(whole(value))) {
      return 0;
    }
    return value == null ? 0 : checkedCount(key, value, most);
  }

  /// A positive finite number; the key must be there.
  float positive(String key) {
    if (!has(key)) {
      throw malformed(key, "is missing");
    }
    return positive(key, 1);
  }

  /// A positive finite number, or `otherwise` if the key is absent.
  float positive(String key, float otherwise) {
    MetadataValue value = metadata.get(prefix + key);
    if (value == null) {
      return otherwise;
    }
    double number =
        switch (value) {
          case MetadataValue.Float32(float x) -> x;
          case MetadataValue.Float64(double x) -> x;
          default -> {
            Long whole = whole(value);
            yield whole == null ? Double.NaN : (double) whole;
          }
        };
    if (!(number > 0) || !Float.isFinite((float) number) || (float) number == 0) {
      throw malformed(key, "is " + display(value) + ", a positive number is wanted");
    }
    return (float) number;
  }

  /// A text, or `otherwise` if the key is absent.
  String text(String key, String otherwise) {
    MetadataValue value = metadata.get(prefix + key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof MetadataValue.Text(String s)) {
      return s;
    }
    throw malformed(key, "is " + display(value) + ", a text is wanted");
  }

  MalformedFileException malformed(String key, String problem) {
    return new MalformedFileException(file, prefix + key + " " + problem);
  }

  private int checkedCount(String key, MetadataValue value, int most) {
    Long number = whole(value);
    if (number == null || number < 1 || number > most) {
      throw malformed(
          key, "is " + display(value) + ", a whole number from 1 to " + most + " is wanted");
    }
    return number.intValue();
  }

  private static @Nullable Long whole(MetadataValue value) {
    return switch (value) {
      case MetadataValue.Uint8(int x) -> (long) x;
      case MetadataValue.Int8(byte x) -> (long) x;
      case MetadataValue.Uint16(int x) -> (long) x;
      case MetadataValue.Int16(short x) -> (long) x;
      case MetadataValue.Uint32(long x) -> x;
      case MetadataValue.Int32(int x) -> (long) x;
      case MetadataValue.Uint64(long x) -> x;
      case MetadataValue.Int64(long x) -> x;
      case MetadataValue.Float32 x -> null;
      case MetadataValue.Float64 x -> null;
      case MetadataValue.Bool x -> null;
      case MetadataValue.Text x -> null;
      case MetadataValue.Array x -> null;
    };
  }

  private static String display(MetadataValue value) {
    return switch (value) {
      case MetadataValue.Uint64(long x) -> Long.toUnsignedString(x);
      case MetadataValue.Float32(float x) -> Float.toString(x);
      case MetadataValue.Float64(double x) -> Double.toString(x);
      case MetadataValue.Bool(boolean x) -> Boolean.toString(x);
      case MetadataValue.Text(String x) -> "a text of " + x.length() + " characters";
      case MetadataValue.Array(int type, java.util.List<MetadataValue> x) ->
          "an array of " + x.size() + " values";
      default -> String.valueOf(whole(value));
    };
  }
}
