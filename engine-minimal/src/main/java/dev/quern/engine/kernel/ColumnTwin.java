package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// The loops of a type that is decoded to floats, with their scalar twin.
final class ColumnTwin extends GroupTwin implements ColumnKernel {
  private final ColumnKernel lanes;
  private final ScalarColumns scalar;

  ColumnTwin(ColumnKernel lanes, ScalarColumns scalar) {
    super(lanes, scalar);
    this.lanes = lanes;
    this.scalar = scalar;
  }

  @Override
  public void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    if (compiled()) {
      lanes.decode(w, at, n, out, to, ld);
    } else {
      scalar.decode(w, at, n, out, to, ld);
    }
  }

  @Override
  void exerciseDecoding(MemorySegment zeros) {
    float[] tile = new float[COLUMNS * Interleaving.ROWS];
    lanes.decode(zeros, 0, COLUMNS, tile, 0, Interleaving.ROWS);
  }
}
