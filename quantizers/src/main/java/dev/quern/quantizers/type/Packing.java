package dev.quern.quantizers.type;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Levels into bytes, many at a time. With four lanes the last store of a method spoils the four
/// bytes behind its result, so fields are packed in the order of the block.
final class Packing {
  private Packing() {}

  /// 128 bytes of nibbles: byte `32h + i` takes levels `64h + i` and `64h + 32 + i`.
  static void nibbles(int[] levels, byte[] out, int to) {
    for (int j = 0; j < 256; j += 64) {
      for (int i = 0; i < 32; i += Lanes.COUNT) {
        IntVector low = IntVector.fromArray(Lanes.INTS, levels, j + i).and(15);
        IntVector high = IntVector.fromArray(Lanes.INTS, levels, j + i + 32);
        ((ByteVector)
                low.or(high.lanewise(VectorOperators.LSHL, 4))
                    .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
            .intoArray(out, to + j / 2 + i);
      }
    }
  }

  /// 64 bytes of bit pairs: bits `2k` of byte `32h + i` take the low bits of level `128h + 32k +
  /// i`, shifted right by `shift`.
  static void pairs(int[] levels, int shift, byte[] out, int to) {
    for (int j = 0; j < 256; j += 128) {
      for (int i = 0; i < 32; i += Lanes.COUNT) {
        IntVector a = IntVector.fromArray(Lanes.INTS, levels, j + i);
        IntVector b = IntVector.fromArray(Lanes.INTS, levels, j + i + 32);
        IntVector c = IntVector.fromArray(Lanes.INTS, levels, j + i + 64);
        IntVector d = IntVector.fromArray(Lanes.INTS, levels, j + i + 96);
        a = a.lanewise(VectorOperators.LSHR, shift).and(3);
        b = b.lanewise(VectorOperators.LSHR, shift).and(3).lanewise(VectorOperators.LSHL, 2);
        c = c.lanewise(VectorOperators.LSHR, shift).and(3).lanewise(VectorOperators.LSHL, 4);
        d = d.lanewise(VectorOperators.LSHR, shift).lanewise(VectorOperators.LSHL, 6);
        ((ByteVector) a.or(b).or(c).or(d).convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
            .intoArray(out, to + j / 4 + i);
      }
    }
  }

  /// 32 bytes: bit `k` of byte `i` takes bit `bit` of level `32k + i`, which has none above.
  static void bits(int[] levels, int bit, byte[] out, int to) {
    for (int i = 0; i < 32; i += Lanes.COUNT) {
      IntVector sum = IntVector.zero(Lanes.INTS);
      for (int k = 0; k < 8; k++) {
        sum =
            IntVector.fromArray(Lanes.INTS, levels, 32 * k + i)
                .lanewise(VectorOperators.LSHR, bit)
                .lanewise(VectorOperators.LSHL, k)
                .or(sum);
      }
      ((ByteVector) sum.convertShape(VectorOperators.I2B, Lanes.BYTES, 0)).intoArray(out, to + i);
    }
  }

  /// The 128 bytes of low nibbles of Q6_K: byte `64h + i` takes levels `128h + i` and `128h + 64 +
  /// i`.
  static void nibblesOfHalves(int[] levels, byte[] out, int to) {
    for (int j = 0; j < 256; j += 128) {
      for (int i = 0; i < 64; i += Lanes.COUNT) {
        IntVector low = IntVector.fromArray(Lanes.INTS, levels, j + i).and(15);
        IntVector high = IntVector.fromArray(Lanes.INTS, levels, j + i + 64);
        ((ByteVector)
                low.or(high.lanewise(VectorOperators.LSHL, 4))
                    .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
            .intoArray(out, to + j / 2 + i);
      }
    }
  }
}
