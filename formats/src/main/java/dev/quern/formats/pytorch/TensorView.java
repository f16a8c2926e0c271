package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A tensor: a window on a storage.
///
/// @param storage what it looks into
/// @param dtype the type of its numbers
/// @param offset its first element, counted in elements of `dtype`
/// @param extents as PyTorch has them, the row length last
/// @param strides elements from one index to the next, for every extent
record TensorView(
    TorchStorage storage, DType dtype, long offset, List<Long> extents, List<Long> strides) {
  /// PyTorch's own limit.
  static final int MOST_EXTENTS = 64;

  TensorView {
    extents = List.copyOf(extents);
    strides = List.copyOf(strides);
  }

  /// Why this is no view of its storage, if it is none.
  Optional<String> problem() {
    if (extents.size() > MOST_EXTENTS || extents.size() != strides.size()) {
      return Optional.of(
          "a tensor has %d extents and %d strides, wanted as many of both, at most %d"
              .formatted(extents.size(), strides.size(), MOST_EXTENTS));
    }
    if (offset < 0 || hasNegative(extents) || hasNegative(strides)) {
      return Optional.of("a tensor has a negative number in" + numbers());
    }
    try {
      dtype.bytes(shape().elements());
      long end = Math.multiplyExact(end(), (long) dtype.bits() / 8);
      return end <= storage.size()
          ? Optional.empty()
          : Optional.of(
              "a tensor would end at byte %d of storage %s, which has %d:%s"
                  .formatted(end, storage.key(), storage.size(), numbers()));
    } catch (ArithmeticException e) {
      return Optional.of("a tensor would have more than 2^63 bytes:" + numbers());
    }
  }

  private String numbers() {
    return " %s offset %d, extents %s, strides %s".formatted(dtype, offset, extents, strides);
  }

  private static boolean hasNegative(List<Long> numbers) {
    return numbers.stream().anyMatch(number -> number < 0);
  }

  /// The element after the last one that is looked at.
  private long end() {
    if (extents.contains(0L)) {
      return 0;
    }
    long last = offset;
    for (int i = 0; i < extents.size(); i++) {
      last = Math.addExact(last, Math.multiplyExact(extents.get(i) - 1, strides.get(i)));
    }
    return Math.addExact(last, 1);
  }

  Shape shape() {
    return extents.isEmpty() ? Shape.of(1) : new Shape(extents.reversed());
  }

  /// True if its elements lie one after another.
  private boolean isContiguous() {
    long wanted = 1;
    for (int i = extents.size() - 1; i >= 0; i--) {
      if (extents.get(i) > 1 && strides.get(i) != wanted) {
        return false;
      }
      wanted *= extents.get(i);
    }
    return true;
  }

  /// The tensor, called `name`, of a view that has no [#problem()].
  SourceTensor named(String name, Path file) {
    long width = dtype.bits() / 8;
    long elements = shape().elements();
    boolean swapped = storage.isBigEndian() && width > 1;
    if (elements == 0 || (isContiguous() && !swapped)) {
      long from = elements == 0 ? 0 : offset * width;
      return new SourceTensor(
          name, dtype, shape(), storage.bytes().asSlice(from, elements * width), file);
    }
    return new SourceTensor(name, dtype, shape(), gathered(swapped, width), file);
  }

  private StridedData gathered(boolean swapped, long width) {
    long number = dtype == DType.C64 ? width / 2 : width;
    List<long[]> axes = new ArrayList<>();
    for (int i = 0; i < extents.size(); i++) {
      if (extents.get(i) > 1) {
        axes.add(new long[] {extents.get(i), strides.get(i)});
      }
    }
    return new StridedData(storage.bytes(), (int) width, swapped ? (int) number : 1, offset, axes);
  }
}
