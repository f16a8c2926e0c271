package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;

/// The last step of an encoder, when the scales are rounded: the nearest level of each weight, many
/// weights at a time.
final class Levels {
  private Levels() {}

  /// Puts how far `nearest((x + depth) / scale)`, kept between `least` and `greatest`, lies above
  /// `least`.
  static void put(
      float[] x,
      int at,
      int n,
      float scale,
      float depth,
      int least,
      int greatest,
      int[] to,
      int from) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.FLOATS, x, at + i)
          .add(depth)
          .div(scale)
          .add(Rounding.MAGIC)
          .reinterpretAsInts()
          .and(0x007fffff)
          .sub(0x00400000 + least)
          .max(0)
          .min(greatest - least)
          .intoArray(to, from + i);
    }
  }
}
