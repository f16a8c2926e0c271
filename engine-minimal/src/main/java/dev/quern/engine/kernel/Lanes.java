package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The widest vectors of this machine: 4, 8 or 16 floats, and the integers that convert to them
/// lane by lane.
public final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /// Shorts, twice as many as there are floats in a vector.
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, FLOATS.vectorShape());

  /// Zeros, from which kernels make their constants.
  static final ShortVector NO_SHORTS = ShortVector.zero(SHORTS);

  static final IntVector NO_INTS = IntVector.zero(INTS);

  /// Shorts, as many as there are floats in a vector.
  static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  /// Bytes, as many as there are floats in a vector; at least 8, the fewest that there can be.
  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

  /// Floats in a vector.
  public static final int LENGTH = FLOATS.length();

  /// Whether rows of 16-bit floats are best multiplied eight at a time, so that no sum waits for
  /// itself. Long vectors keep up with the memory row by row, and one stream of it is fetched ahead
  /// better than eight are: a tenth to a fifth faster on two cores of Zen 5.
  static final boolean EIGHT_ROWS = LENGTH < 16;

  /// Halves in two vectors of pairs. Not final, so that the compiler does not know it: a loop with
  /// this step stays as it is written. One whose step is known is unrolled, with a loop for what
  /// comes before and one for what is left, and reads 17 to 21 GB/s of rows of 2048 weights where
  /// one like this reads 27 (one core of Zen 5, which reads 33 without computing).
  static int twoOfPairs = 4 * LENGTH;

  /// Lanes in another order, so that adding them pairwise sums a vector in a fixed order: a
  /// reduction of the Vector API may sum in any, and does before and after compilation.
  static final VectorShuffle<Float> SWAP_8 = swap(8);

  static final VectorShuffle<Float> SWAP_4 = swap(4);
  static final VectorShuffle<Float> SWAP_2 = swap(2);
  static final VectorShuffle<Float> SWAP_1 = swap(1);

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) % LENGTH);
  }

  private Lanes() {}

  /// `n` rounded up to a whole number of vectors.
  public static int ceil(int n) {
    return Math.addExact(n, LENGTH - 1) / LENGTH * LENGTH;
  }
}
