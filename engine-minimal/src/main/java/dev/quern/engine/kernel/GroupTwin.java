package dev.quern.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What is common to the twins of all types in groups.
abstract class GroupTwin extends Twin {
  /// What is exercised: a slice as wide as those of tiles.
  static final int COLUMNS = 512;

  private final GroupKernel lanes;
  private final ScalarGroups scalar;

  GroupTwin(GroupKernel lanes, ScalarGroups scalar) {
    this.lanes = lanes;
    this.scalar = scalar;
  }

  /// See [GroupKernel#pack].
  public final void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    lanes.pack(rows, at, stride, count, n, out, to);
  }

  /// See [GroupKernel#arrange]; also for the scalar twin, as the lanes may take over before the
  /// product.
  public final void arrange(RoundedVector x, int n) {
    lanes.arrange(x, n);
  }

  /// See [GroupKernel#multiply].
  public final void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    if (compiled()) {
      lanes.multiply(w, at, x, n, y, to, scratch);
    } else {
      scalar.multiply(w, at, x, n, y, to);
    }
  }

  @Override
  int exercise() {
    // one thread's memory: what is compiled for it is given up at that of a model, and compiled
    // again for loops as long as the model's, which gives faster code than these short ones
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(2L * COLUMNS * Interleaving.ROWS, 64);
      float[] y = new float[Interleaving.ROWS];
      lanes.multiply(
          zeros, 0, new RoundedVector(COLUMNS), COLUMNS, y, 0, new short[GroupKernel.SCRATCH]);
      exerciseDecoding(zeros);
    }
    return 2 * COLUMNS * Interleaving.ROWS;
  }

  /// Decodes a slice of zeros as prompts need it.
  abstract void exerciseDecoding(MemorySegment zeros);
}
