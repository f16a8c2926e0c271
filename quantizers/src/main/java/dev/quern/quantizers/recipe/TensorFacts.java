package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;

/// What a recipe needs to know of a tensor.
///
/// @param name its name in the output, such as `blk.0.attn_q.weight`
/// @param kept the type that it has when the recipe leaves it alone
/// @param shape its extents, row length first
public record TensorFacts(String name, GgmlType kept, Shape shape) {

  /// Number of extents without the trailing ones of 1: a vector has 1, an expert's matrices have 3.
  int dimensions() {
    int dimensions = shape.rank();
    while (dimensions > 1 && shape.extent(dimensions - 1) == 1) {
      dimensions--;
    }
    return dimensions;
  }
}
