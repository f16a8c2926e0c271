package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// The loops of a type of four or five bits, with their scalar twin.
final class NibbleTwin extends GroupTwin implements NibbleKernel {
  private final NibbleKernel lanes;
  private final ScalarNibbles scalar;

  NibbleTwin(NibbleKernel lanes, ScalarNibbles scalar) {
    super(lanes, scalar);
    this.lanes = lanes;
    this.scalar = scalar;
  }

  @Override
  public void decode(MemorySegment w, long at, int n, NibbleTile tile) {
    if (compiled()) {
      lanes.decode(w, at, n, tile);
    } else {
      scalar.decode(w, at, n, tile);
    }
  }

  @Override
  void exerciseDecoding(MemorySegment zeros) {
    lanes.decode(zeros, 0, COLUMNS, new NibbleTile(COLUMNS));
  }
}
