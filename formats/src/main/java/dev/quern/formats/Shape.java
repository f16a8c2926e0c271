package dev.quern.formats;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The extents of a tensor in GGML's order: the first is the row length (`ne[0]`), the one that
/// varies fastest.
///
/// PyTorch and safetensors write the same extents in reverse.
///
/// @param extents at least one, none negative; the product of those that are not 0 fits in a `long`
public record Shape(List<Long> extents) {
  public Shape {
    extents = List.copyOf(extents);
    if (extents.isEmpty()) {
      throw new IllegalArgumentException("a shape needs at least one extent");
    }
    long product = 1;
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException("extent " + extent + " is negative");
      }
      product = Math.multiplyExact(product, Math.max(extent, 1));
    }
  }

  /// The shape with these extents, row length first.
  public static Shape of(long... extents) {
    return new Shape(Arrays.stream(extents).boxed().toList());
  }

  /// Number of extents.
  public int rank() {
    return extents.size();
  }

  /// Extent `axis`, or 1 past the last one.
  public long extent(int axis) {
    return axis < extents.size() ? extents.get(axis) : 1;
  }

  /// Weights in a row.
  public long rowLength() {
    return extents.getFirst();
  }

  /// Number of rows: the product of all extents but the first.
  public long rows() {
    long rows = 1;
    for (int axis = 1; axis < extents.size(); axis++) {
      rows *= extents.get(axis);
    }
    return rows;
  }

  /// Number of weights.
  public long elements() {
    return rows() * rowLength();
  }

  /// True for a shape of the same extents. What a record would do by itself, the JVM makes at run
  /// time, which takes longer than opening a small model may.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape shape && extents.equals(shape.extents);
  }

  @Override
  public int hashCode() {
    return extents.hashCode();
  }

  /// `2048 x 32000`, row length first.
  @Override
  public String toString() {
    return extents.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }
}
