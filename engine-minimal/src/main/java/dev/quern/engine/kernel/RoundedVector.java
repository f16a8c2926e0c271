package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// A vector of activations for [GroupKernel]s: rounded to 8 bits a block of 32, and as it was.
///
/// Each rounded number is twice in an int: broadcast, it fills the shorts of a vector.
public final class RoundedVector {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;

  /// Ints, 8 in a vector if there are such.
  private static final VectorSpecies<Integer> EIGHT = LENGTH > 8 ? IntVector.SPECIES_256 : INTS;

  /// What a number takes to be rounded.
  private static final int OPERATIONS = 8;

  private static final int EXERCISED = 512;

  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          // zeros and others: a branch that was never taken is not compiled
          float[] x = new float[EXERCISED];
          Arrays.fill(x, EXERCISED / 2, EXERCISED, 1);
          new RoundedVector(EXERCISED).lanes(x, 0, EXERCISED);
          return OPERATIONS * EXERCISED;
        }
      };

  /// Half of what brings the bits of a half, put into the place of a float's, to its value. The
  /// other half is multiplied with the result, so that neither step leaves the range of floats.
  static final float HALF_WAY = 0x1p56f;

  /// Rounded numbers, twice in an int.
  final int[] pairs;

  /// Scale of each 32, times [#HALF_WAY].
  final float[] scales;

  /// What [Q4_0Groups] and [Q4_KGroups] multiply with, once one of them has arranged it.
  final int[] fours;

  /// What [Q5_KGroups] multiplies with, once it has arranged it.
  final int[] fives;

  /// What [Q6_KGroups] multiplies with, once it has arranged it.
  final int[] sixes;

  /// Sum of each 8 rounded numbers.
  final int[] sums8;

  /// Sum of each 32 rounded numbers.
  final int[] sums;

  /// The numbers before rounding, times [#HALF_WAY].
  final float[] exact;

  private final int[] block = new int[32];

  /// Room for vectors of up to `length` elements.
  public RoundedVector(int length) {
    pairs = new int[length];
    fours = new int[length];
    fives = new int[(length / 16 + 1) * Q5_KGroups.FACTORS];
    sixes = new int[(length / 8 + 1) * Q6_KGroups.FACTORS];
    scales = new float[length / 32 + 1];
    sums8 = new int[length / 8 + 1];
    sums = new int[length / 32 + 1];
    exact = new float[length];
  }

  /// Rounds `n` floats from index `from`, a whole number of blocks of 32.
  public void round(float[] x, int from, int n) {
    if (TWIN.compiled()) {
      lanes(x, from, n);
    } else {
      scalar(x, from, n);
    }
    for (int i = 0; i < n / 8; i += 4) {
      sums[i >> 2] = sums8[i] + sums8[i + 1] + sums8[i + 2] + sums8[i + 3];
    }
  }

  void scalar(float[] x, int from, int n) {
    for (int at = 0; at < n; at += 32) {
      scales[at >> 5] = Rounding32.round(x, from + at, block) * HALF_WAY;
      for (int i = 0; i < 32; i++) {
        pairs[at + i] = twice(block[i]);
      }
    }
    for (int i = 0; i < n; i++) {
      exact[i] = x[from + i] * HALF_WAY;
    }
    for (int at = 0; at < n; at += 8) {
      int sum = 0;
      for (int i = at; i < at + 8; i++) {
        sum += rounded(i);
      }
      sums8[at >> 3] = sum;
    }
  }

  /// As [Rounding32], and all that follows for the elements of a vector while it is there.
  void lanes(float[] x, int from, int n) {
    for (int at = 0; at < n; at += 32) {
      IntVector magnitudes = IntVector.zero(INTS);
      for (int i = at; i < at + 32; i += LENGTH) {
        IntVector bits = FloatVector.fromArray(FLOATS, x, from + i).reinterpretAsInts();
        magnitudes = bits.and(Rounding32.MAGNITUDE).max(magnitudes);
      }
      float peak = Float.intBitsToFloat(magnitudes.reduceLanes(MAX));
      float inverse = peak == 0 ? 0 : 127 / peak;
      scales[at >> 5] = peak / 127 * HALF_WAY;
      for (int i = at; i < at + 32; i += LENGTH) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
        IntVector q = v.mul(inverse).add(Exponential.ROUND).reinterpretAsInts();
        q = q.sub(Rounding32.ROUND_BITS);
        q.and(0xffff).or(q.lanewise(LSHL, 16)).intoArray(pairs, i);
        v.mul(HALF_WAY).intoArray(exact, i);
      }
    }
    for (int at = 0; at < n; at += 8) {
      IntVector sum = IntVector.fromArray(EIGHT, pairs, at).lanewise(ASHR, 16);
      if (EIGHT.length() == 4) {
        sum = IntVector.fromArray(EIGHT, pairs, at + 4).lanewise(ASHR, 16).add(sum);
      }
      sums8[at >> 3] = sum.reduceLanes(ADD);
    }
  }

  /// Makes of the first `n` numbers the factors for shorts of four weights: the first, the first of
  /// the second half of 32, the second, and so on.
  void arrangeFours(int n) {
    int[] factors = fours;
    for (int k = 0; k < n; k += 32) {
      for (int i = k, to = k; i < k + 16; i += 2, to += 4) {
        int x0 = rounded(i);
        int x1 = rounded(i + 16);
        int x2 = rounded(i + 1);
        int x3 = rounded(i + 17);
        factors[to] = twice(x0);
        factors[to + 1] = twice(x1 - 16 * x0);
        factors[to + 2] = twice(x2 - 16 * x1);
        factors[to + 3] = twice(x3 - 16 * x2);
      }
    }
  }

  /// Rounded number `i`.
  int rounded(int i) {
    return (short) pairs[i];
  }

  /// `q` in both halves of an int.
  static int twice(int q) {
    return (q & 0xffff) | q << 16;
  }
}
