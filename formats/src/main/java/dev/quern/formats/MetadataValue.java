package dev.quern.formats;

import java.util.List;

/// A value of GGUF metadata: one record for each of the format's 13 types.
///
/// Unsigned numbers are held in the next wider signed type; a `UINT64` is held in a `long` and
/// printed as unsigned.
public sealed interface MetadataValue {
  /// The type.
  MetadataType type();

  /// The type number in the file.
  default int typeId() {
    return type().id();
  }

  /// The value as a person reads it: strings quoted, unsigned numbers unsigned, long arrays as
  /// their length. One line whatever the value holds.
  default String display() {
    return MetadataDisplay.of(this);
  }

  /// An unsigned byte, 0 to 255.
  record Uint8(int value) implements MetadataValue {
    public Uint8 {
      checkUnsigned(value, 0xffL);
    }

    @Override
    public MetadataType type() {
      return MetadataType.UINT8;
    }
  }

  /// A signed byte.
  record Int8(byte value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.INT8;
    }
  }

  /// An unsigned 16-bit number, 0 to 65535.
  record Uint16(int value) implements MetadataValue {
    public Uint16 {
      checkUnsigned(value, 0xffffL);
    }

    @Override
    public MetadataType type() {
      return MetadataType.UINT16;
    }
  }

  /// A signed 16-bit number.
  record Int16(short value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.INT16;
    }
  }

  /// An unsigned 32-bit number.
  record Uint32(long value) implements MetadataValue {
    public Uint32 {
      checkUnsigned(value, 0xffff_ffffL);
    }

    @Override
    public MetadataType type() {
      return MetadataType.UINT32;
    }
  }

  /// A signed 32-bit number.
  record Int32(int value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.INT32;
    }
  }

  /// A single-precision number.
  record Float32(float value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.FLOAT32;
    }
  }

  /// True or false, one byte in the file.
  record Bool(boolean value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.BOOL;
    }
  }

  /// A string, UTF-8 in the file.
  record Text(String value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.STRING;
    }
  }

  /// Values of one type, which may be arrays again.
  ///
  /// @param elementTypeId the type number that the file gives, also when there are no elements
  /// @param values the elements: copied, unless they are the immutable ones of a mapped file
  record Array(int elementTypeId, List<MetadataValue> values) implements MetadataValue {
    public Array {
      values = values instanceof MappedValues ? values : List.copyOf(values);
    }

    /// An array of strings.
    public static Array ofTexts(List<String> texts) {
      return new Array(
          MetadataType.STRING.id(), texts.stream().<MetadataValue>map(Text::new).toList());
    }

    /// An array of signed 32-bit numbers.
    public static Array ofInt32(List<Integer> numbers) {
      return new Array(
          MetadataType.INT32.id(), numbers.stream().<MetadataValue>map(Int32::new).toList());
    }

    /// An array of single-precision numbers.
    public static Array ofFloat32(List<Float> numbers) {
      return new Array(
          MetadataType.FLOAT32.id(), numbers.stream().<MetadataValue>map(Float32::new).toList());
    }

    /// An array of truth values.
    public static Array ofFlags(List<Boolean> flags) {
      return new Array(
          MetadataType.BOOL.id(), flags.stream().<MetadataValue>map(Bool::new).toList());
    }

    /// The type of the elements.
    public MetadataType elementType() {
      return MetadataType.fromId(elementTypeId)
          .orElseThrow(() -> new IllegalArgumentException("no element type " + elementTypeId));
    }

    @Override
    public MetadataType type() {
      return MetadataType.ARRAY;
    }
  }

  /// An unsigned 64-bit number, held in a `long` that is negative from 2^63 up.
  record Uint64(long value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.UINT64;
    }
  }

  /// A signed 64-bit number.
  record Int64(long value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.INT64;
    }
  }

  /// A double-precision number.
  record Float64(double value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.FLOAT64;
    }
  }

  private static void checkUnsigned(long value, long most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(value + " is not in 0 to " + most);
    }
  }
}
