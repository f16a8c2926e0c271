package dev.quern.engine.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Vectors of 512 bits, for kernels whose lanes are laid out for exactly that width. On a machine
/// without them each operation would be a call and an object, so those kernels are not offered.
final class Wide {
  static final VectorSpecies<Byte> BYTES_128 = ByteVector.SPECIES_128;
  static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;

  /// Zeros, from which kernels make their constants.
  static final ShortVector NO_SHORTS = ShortVector.zero(SHORTS);

  static final IntVector NO_INTS = IntVector.zero(INTS);

  /// The lower 256 bits twice.
  static final VectorShuffle<Long> LOWER_TWICE =
      VectorShuffle.fromValues(LONGS, 0, 1, 2, 3, 0, 1, 2, 3);

  /// The upper 256 bits twice.
  static final VectorShuffle<Long> UPPER_TWICE =
      VectorShuffle.fromValues(LONGS, 4, 5, 6, 7, 4, 5, 6, 7);

  static final VectorShuffle<Float> SWAP_8 = swap(8);
  static final VectorShuffle<Float> SWAP_4 = swap(4);
  static final VectorShuffle<Float> SWAP_2 = swap(2);
  static final VectorShuffle<Float> SWAP_1 = swap(1);

  private Wide() {}

  /// True if this machine has such vectors.
  static boolean available() {
    return Lanes.LENGTH == 16;
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance);
  }
}
