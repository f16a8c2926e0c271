package dev.quern.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The loops of a type of 16 bits for rows, with their scalar twin.
final class RowTwin extends Twin implements RowDecoder, RowProduct {
  private static final int ROWS = AT_ONCE + 1; // those that go together, and one alone
  private static final int COLUMNS = 512;

  private final RowDecoder decoder;
  private final RowProduct product;
  private final ScalarRows scalar;

  RowTwin(RowDecoder decoder, RowProduct product, ScalarRows scalar) {
    this.decoder = decoder;
    this.product = product;
    this.scalar = scalar;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    if (compiled()) {
      decoder.decode(in, at, out, to, n);
    } else {
      scalar.decode(in, at, out, to, n);
    }
  }

  @Override
  public void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    if (compiled()) {
      product.multiply(w, at, rows, x, from, n, y, to);
    } else {
      scalar.multiply(w, at, rows, x, from, n, y, to);
    }
  }

  @Override
  int exercise() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(2L * ROWS * COLUMNS, 64);
      product.multiply(zeros, 0, ROWS, new float[COLUMNS], 0, COLUMNS, new float[ROWS], 0);
      decoder.decode(zeros, 0, new float[ROWS * COLUMNS], 0, ROWS * COLUMNS);
    }
    return 2 * ROWS * COLUMNS;
  }
}
