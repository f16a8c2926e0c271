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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Typed lookups in the metadata of a model. What is missing or of another type is a
/// [MalformedFileException] that names file and key.
///
/// @param file the model, for messages
/// @param values metadata by key
public record Metadata(Path file, Map<String, MetadataValue> values) {
  /// The metadata of `model`.
  public static Metadata of(ModelView model) {
    return new Metadata(Path.of(model.name()), model.metadata());
  }

  /// True if there is a value under `key`.
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /// The whole number under `key`, of whichever integer type.
  public long integer(String key) {
    return integer(key, required(key));
  }

  /// The whole number under `key`, if there is one.
  public OptionalLong optionalInteger(String key) {
    return value(key).stream().mapToLong(value -> integer(key, value)).findFirst();
  }

  /// The number under `key`, of whichever floating-point or integer type.
  public double number(String key) {
    return number(key, required(key));
  }

  /// The number under `key`, if there is one.
  public OptionalDouble optionalNumber(String key) {
    return value(key).stream().mapToDouble(value -> number(key, value)).findFirst();
  }

  /// The string under `key`.
  public String text(String key) {
    return text(key, required(key));
  }

  /// The string under `key`, if there is one.
  public Optional<String> optionalText(String key) {
    return value(key).map(value -> text(key, value));
  }

  /// The truth value under `key`.
  public boolean flag(String key) {
    return flag(key, required(key));
  }

  /// The truth value under `key`, if there is one.
  public Optional<Boolean> optionalFlag(String key) {
    return value(key).map(value -> flag(key, value));
  }

  /// The strings of the array under `key`, copied.
  public List<String> texts(String key) {
    List<MetadataValue> elements = elements(key);
    List<String> texts = new ArrayList<>(elements.size());
    for (MetadataValue element : elements) {
      texts.add(text(key, element));
    }
    return List.copyOf(texts);
  }

  /// The whole numbers of the array under `key`, in a new array.
  public long[] integers(String key) {
    List<MetadataValue> elements = elements(key);
    long[] numbers = new long[elements.size()];
    int i = 0;
    for (MetadataValue element : elements) {
      numbers[i++] = integer(key, element);
    }
    return numbers;
  }

  /// The numbers of the array under `key`, in a new array.
  public float[] floats(String key) {
    List<MetadataValue> elements = elements(key);
    float[] numbers = new float[elements.size()];
    int i = 0;
    for (MetadataValue element : elements) {
      numbers[i++] = (float) number(key, element);
    }
    return numbers;
  }

  /// The elements of the array under `key`.
  public List<MetadataValue> elements(String key) {
    if (required(key) instanceof Array array) {
      return array.values();
    }
    throw mismatch(key, required(key), "an array");
  }

  /// The value under `key`, if there is one.
  public Optional<MetadataValue> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  private MetadataValue required(String key) {
    return value(key)
        .orElseThrow(() -> new MalformedFileException(file, "metadata has no key " + key));
  }

  private long integer(String key, MetadataValue value) {
    return switch (value) {
      case Uint8(int n) -> n;
      case Int8(byte n) -> n;
      case Uint16(int n) -> n;
      case Int16(short n) -> n;
      case Uint32(long n) -> n;
      case Int32(int n) -> n;
      case Int64(long n) -> n;
      case Uint64(long n) when n >= 0 -> n;
      case Uint64 _ -> throw mismatch(key, value, "a number below 2^63");
      case Float32 _, Float64 _, Bool _, Text _, Array _ ->
          throw mismatch(key, value, "a whole number");
    };
  }

  private double number(String key, MetadataValue value) {
    return switch (value) {
      case Float32(float x) -> x;
      case Float64(double x) -> x;
      case Uint8 _, Int8 _, Uint16 _, Int16 _, Uint32 _, Int32 _, Uint64 _, Int64 _ ->
          integer(key, value);
      case Bool _, Text _, Array _ -> throw mismatch(key, value, "a number");
    };
  }

  private String text(String key, MetadataValue value) {
    if (value instanceof Text(String s)) {
      return s;
    }
    throw mismatch(key, value, "a string");
  }

  private boolean flag(String key, MetadataValue value) {
    if (value instanceof Bool(boolean b)) {
      return b;
    }
    throw mismatch(key, value, "true or false");
  }

  private MalformedFileException mismatch(String key, MetadataValue value, String wanted) {
    return new MalformedFileException(
        file,
        "metadata " + key + " is " + value.display() + " (" + value.type() + "), not " + wanted);
  }
}
