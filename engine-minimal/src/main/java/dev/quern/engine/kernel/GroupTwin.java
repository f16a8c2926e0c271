package dev.quern.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The loops of a type for groups, with their scalar twin.
class GroupTwin extends Twin implements GroupKernel {
  /// What is exercised: a slice as wide as those of tiles.
  static final int COLUMNS = 512;

  private final GroupKernel lanes;
  private final ScalarGroups scalar;

  GroupTwin(GroupKernel lanes, ScalarGroups scalar) {
    this.lanes = lanes;
    this.scalar = scalar;
  }

  @Override
  public final void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    lanes.pack(rows, at, stride, count, n, out, to);
  }

  @Override
  public final void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    if (compiled()) {
      lanes.multiply(w, at, x, n, y, to, scratch);
    } else {
      scalar.multiply(w, at, x, n, y, to);
    }
  }

  @Override
  public final void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    if (compiled()) {
      lanes.decode(w, at, n, out, to, ld);
    } else {
      scalar.decode(w, at, n, out, to, ld);
    }
  }

  @Override
  int exercise() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(2L * COLUMNS * Interleaving.ROWS, 64);
      float[] y = new float[Interleaving.ROWS];
      lanes.multiply(zeros, 0, new RoundedVector(COLUMNS), COLUMNS, y, 0, new short[SCRATCH]);
      exerciseDecoding(zeros);
    }
    return 2 * COLUMNS * Interleaving.ROWS;
  }

  /// Decodes a slice of zeros as prompts need it.
  void exerciseDecoding(MemorySegment zeros) {
    float[] tile = new float[COLUMNS * Interleaving.ROWS];
    lanes.decode(zeros, 0, COLUMNS, tile, 0, Interleaving.ROWS);
  }
}
