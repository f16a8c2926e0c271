package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Decodes BF16, the upper halves of floats.
///
/// It reads arrays, not segments: so what is exercised is what runs, wherever the weights lie.
final class BF16Decoder extends Twin implements RowDecoder {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> HALVES = Lanes.HALVES;
  private static final int LENGTH = Lanes.LENGTH;
  private static final int OPERATIONS = 5; // for a weight
  private static final int EXERCISES = 8;

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n, short[] scratch) {
    for (int i = 0; i < n; i += SCRATCH) {
      int count = Math.min(SCRATCH, n - i);
      MemorySegment.copy(in, Le.SHORT, at + 2L * i, scratch, 0, count);
      if (compiled()) {
        lanes(scratch, out, to + i, count);
      } else {
        scalar(scratch, 0, out, to + i, count);
      }
    }
  }

  /// Decodes `n` halves, the last ones without lanes.
  static void lanes(short[] halves, float[] out, int to, int n) {
    int end = FLOATS.loopBound(n);
    for (int i = 0; i < end; i += LENGTH) {
      ((IntVector) ShortVector.fromArray(HALVES, halves, i).convertShape(S2I, INTS, 0))
          .lanewise(LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, to + i);
    }
    scalar(halves, end, out, to, n);
  }

  /// Decodes the halves from `first` to `n`.
  static void scalar(short[] halves, int first, float[] out, int to, int n) {
    for (int i = first; i < n; i++) {
      out[to + i] = Float.intBitsToFloat(halves[i] << 16);
    }
  }

  @Override
  int exercise() {
    short[] halves = new short[SCRATCH];
    float[] out = new float[SCRATCH];
    for (int i = 0; i < EXERCISES; i++) {
      lanes(halves, out, 0, SCRATCH);
    }
    return EXERCISES * SCRATCH * OPERATIONS;
  }
}
