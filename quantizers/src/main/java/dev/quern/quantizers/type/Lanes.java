package dev.quern.quantizers.type;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector species of this machine's kernels, at most 512 bits wide.
///
/// They are constants because C2 turns vector operations into instructions only for a species that
/// it knows at compile time. `-XX:MaxVectorSize=16` makes any machine behave like a narrow one.
final class Lanes {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /// Floats in a vector: 4, 8 or 16.
  static final int COUNT = FLOATS.length();

  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_128.withShape(FLOATS.vectorShape());

  /// As many shorts as there are floats.
  static final VectorSpecies<Short> SHORTS =
      ShortVector.SPECIES_64.withShape(VectorShape.forBitSize(16 * COUNT));

  /// The bytes of as many shorts. C2 boxes a vector of shorts that comes from or goes to a byte
  /// array, but not a vector of bytes.
  static final VectorSpecies<Byte> SHORT_BYTES =
      ByteVector.SPECIES_64.withShape(SHORTS.vectorShape());

  /// As many bytes as there are floats; with four lanes the first half of these bytes.
  static final VectorSpecies<Byte> BYTES =
      ByteVector.SPECIES_64.withShape(VectorShape.forBitSize(Math.max(64, 8 * COUNT)));

  /// True if a vector of bytes fills one of floats: then the decoding kernels run, else the scalar
  /// loops.
  static final boolean BYTES_FIT = COUNT >= 8;

  /// Where the weights begin in the tables of the searches. An array of floats begins 16 bytes into
  /// an object: from here on they lie at multiples of 32 bytes, if objects do, and no half of a
  /// vector lies across two cache lines. The launcher asks for such objects; elsewhere the tables
  /// are only slower.
  static final int START = 4;

  /// 0, 1, 2, ...
  static final IntVector IOTA = IntVector.broadcast(INTS, 0).addIndex(1);

  private Lanes() {}
}
