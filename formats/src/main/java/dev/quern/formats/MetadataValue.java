package dev.quern.formats;

import java.util.List;

/// A value of GGUF metadata: one record for each of the format's 13 types.
///
/// Unsigned numbers are held in the next wider signed type; a `UINT64` is held in a `long` and
/// printed as unsigned.
public sealed interface MetadataValue {
  /// The type number in the file.
  int typeId();

  record Uint8(int value) implements MetadataValue {
    @Override
    public int typeId() {
      return 0;
    }
  }

  record Int8(byte value) implements MetadataValue {
    @Override
    public int typeId() {
      return 1;
    }
  }

  record Uint16(int value) implements MetadataValue {
    @Override
    public int typeId() {
      return 2;
    }
  }

  record Int16(short value) implements MetadataValue {
    @Override
    public int typeId() {
      return 3;
    }
  }

  record Uint32(long value) implements MetadataValue {
    @Override
    public int typeId() {
      return 4;
    }
  }

  record Int32(int value) implements MetadataValue {
    @Override
    public int typeId() {
      return 5;
    }
  }

  record Float32(float value) implements MetadataValue {
    @Override
    public int typeId() {
      return 6;
    }
  }

  record Bool(boolean value) implements MetadataValue {
    @Override
    public int typeId() {
      return 7;
    }
  }

  record Text(String value) implements MetadataValue {
    @Override
    public int typeId() {
      return 8;
    }
  }

  /// Values of one type, which may be arrays again.
  ///
  /// @param elementTypeId the type number that the file gives, also when there are no elements
  /// @param values the elements
  record Array(int elementTypeId, List<MetadataValue> values) implements MetadataValue {
    public Array {
      values = List.copyOf(values);
    }

    @Override
    public int typeId() {
      return 9;
    }
  }

  record Uint64(long value) implements MetadataValue {
    @Override
    public int typeId() {
      return 10;
    }
  }

  record Int64(long value) implements MetadataValue {
    @Override
    public int typeId() {
      return 11;
    }
  }

  record Float64(double value) implements MetadataValue {
    @Override
    public int typeId() {
      return 12;
    }
  }
}
