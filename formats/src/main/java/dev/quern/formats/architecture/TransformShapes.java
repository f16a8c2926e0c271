package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import java.util.ArrayList;
import java.util.List;

/// Extents of tensors by rows.
final class TransformShapes {
  private TransformShapes() {}

  /// Rows of a tensor; a vector's elements are its rows.
  static long rows(Shape shape) {
    return shape.rank() == 1 ? shape.rowLength() : shape.rows();
  }

  /// `shape` when of every `period` rows `count` are left.
  static Shape withRows(Shape shape, long period, long count) {
    List<Long> extents = new ArrayList<>(shape.extents());
    int axis = shape.rank() == 1 ? 0 : 1;
    if (shape.extent(axis) % period != 0) {
      throw new IllegalArgumentException(shape + " has no whole periods of " + period + " rows");
    }
    extents.set(axis, shape.extent(axis) / period * count);
    return new Shape(extents);
  }
}
