package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.B2F;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/// Loops over bytes that stand for floats under a scale.
public final class ByteLoops {
  /// Bytes that must follow the last one that is read.
  public static final int ROOM = 8;

  private static final int LENGTH = Lanes.LENGTH;

  private ByteLoops() {}

  /// Writes `in[at + i] * scales[from + i]` to `out`, which may be `scales` at the same place.
  ///
  /// @param n a whole number of vectors
  public static void scaleEach(
      byte[] in, int at, float[] scales, int from, float[] out, int to, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromArray(Lanes.BYTES, in, at + i).convertShape(B2F, Lanes.FLOATS, 0);
      x.mul(FloatVector.fromArray(Lanes.FLOATS, scales, from + i)).intoArray(out, to + i);
    }
  }

  /// Writes `in[at + i] * scale` to `out`.
  ///
  /// @param n a whole number of vectors
  public static void scale(byte[] in, int at, float scale, float[] out, int to, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromArray(Lanes.BYTES, in, at + i).convertShape(B2F, Lanes.FLOATS, 0);
      x.mul(scale).intoArray(out, to + i);
    }
  }
}
