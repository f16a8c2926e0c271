package dev.quern.verifier.arrow;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/// Columns of Arrow tables.
final class Column {
  private static final ArrowType INT = new ArrowType.Int(32, true);
  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  private static final ArrowType DOUBLE =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  private Column() {}

  static Field ints(String name) {
    return whole(name, INT);
  }

  static Field longs(String name) {
    return whole(name, LONG);
  }

  static Field floats(String name) {
    return whole(name, FLOAT);
  }

  static Field doubles(String name) {
    return whole(name, DOUBLE);
  }

  static Field texts(String name) {
    return whole(name, ArrowType.Utf8.INSTANCE);
  }

  /// A column whose values may be missing.
  static Field optional(Field field) {
    return new Field(field.getName(), FieldType.nullable(field.getType()), field.getChildren());
  }

  static Field flags(String name) {
    return whole(name, ArrowType.Bool.INSTANCE);
  }

  private static Field whole(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }
}
