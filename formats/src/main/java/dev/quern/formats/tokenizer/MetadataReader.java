package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
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
import dev.quern.formats.io.HeapBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes values of the types it wants out of metadata, or says which key has another.
final class MetadataReader {
  private final Path file;
  private final Map<String, MetadataValue> metadata;
  private final HeapBudget budget = HeapBudget.ofThisJvm();

  MetadataReader(String fileName, Map<String, MetadataValue> metadata) {
    this.file = Path.of(fileName);
    this.metadata = metadata;
  }

  /// Takes `bytes` of memory for `what`.
  void charge(String what, long bytes) {
    budget.charge(file, what, bytes);
  }

  MalformedFileException malformed(String problem) {
    return new MalformedFileException(file, problem);
  }

  Optional<String> text(String key) {
    MetadataValue value = metadata.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Text(String text)) {
      return Optional.of(text);
    }
    throw wrongType(key, value, "a string");
  }

  boolean flag(String key, boolean otherwise) {
    MetadataValue value = metadata.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Bool(boolean flag)) {
      return flag;
    }
    throw wrongType(key, value, "a bool");
  }

  /// The elements of an array whose elements have one of the types that `wanted` names.
  Optional<List<MetadataValue>> array(String key, String wanted, int... typeIds) {
    MetadataValue value = metadata.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Array(int element, List<MetadataValue> values)) {
      for (int typeId : typeIds) {
        if (element == typeId) {
          return Optional.of(values);
        }
      }
      throw malformed(key + " is an array of type " + element + ", wanted " + wanted);
    }
    throw wrongType(key, value, wanted);
  }

  /// A whole number, if the key is there.
  Optional<Long> number(String key) {
    MetadataValue value = metadata.get(key);
    if (value == null) {
      return Optional.empty();
    }
    Long number = wholeNumber(value);
    if (number == null) {
      throw wrongType(key, value, "a whole number");
    }
    return Optional.of(number);
  }

  static @Nullable Long wholeNumber(MetadataValue value) {
    return switch (value) {
      case Uint8(int n) -> (long) n;
      case Int8(byte n) -> (long) n;
      case Uint16(int n) -> (long) n;
      case Int16(short n) -> (long) n;
      case Uint32(long n) -> n;
      case Int32(int n) -> (long) n;
      case Uint64(long n) -> n;
      case Int64(long n) -> n;
      case Float32 _, Float64 _, Bool _, Text _, Array _ -> null;
    };
  }

  private MalformedFileException wrongType(String key, MetadataValue value, String wanted) {
    return malformed(
        key
            + " is a "
            + value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
            + ", wanted "
            + wanted);
  }
}
