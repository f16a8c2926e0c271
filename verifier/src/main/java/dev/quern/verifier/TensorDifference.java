package dev.quern.verifier;

import dev.quern.formats.TensorInfo;

/// How a tensor of one model differs from the tensor of that name in another.
public sealed interface TensorDifference {
  /// The tensor's name.
  String name();

  /// Type, shape and every byte are the same.
  ///
  /// @param info of both
  record Equal(TensorInfo info) implements TensorDifference {
    @Override
    public String name() {
      return info.name();
    }
  }

  /// The shape is the same, types or bytes are not.
  ///
  /// @param first in the first model
  /// @param second in the second
  /// @param relativeError root mean square of the differences over that of the first's weights:
  ///   infinite if only those are all 0, NaN if a weight is no number
  /// @param largest the largest magnitude of a difference, NaN if a weight is no number
  record Changed(TensorInfo first, TensorInfo second, double relativeError, float largest)
      implements TensorDifference {
    @Override
    public String name() {
      return first.name();
    }
  }

  /// The shapes differ.
  ///
  /// @param first in the first model
  /// @param second in the second
  record Reshaped(TensorInfo first, TensorInfo second) implements TensorDifference {
    @Override
    public String name() {
      return first.name();
    }
  }

  /// Only the first model has it.
  ///
  /// @param info there
  record OnlyInFirst(TensorInfo info) implements TensorDifference {
    @Override
    public String name() {
      return info.name();
    }
  }

  /// Only the second model has it.
  ///
  /// @param info there
  record OnlyInSecond(TensorInfo info) implements TensorDifference {
    @Override
    public String name() {
      return info.name();
    }
  }
}
