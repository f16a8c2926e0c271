package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The scalar twin of a [GroupKernel]: the same operations in the same order, row by row, so that
/// results are equal to the bit. It runs while the kernel is not compiled; see [Warming].
///
/// It copies a block of all rows at a time: an array is read fast before anything is compiled, and
/// a segment is not.
abstract class ScalarGroups {
  private static final int ROWS = Interleaving.ROWS;

  private final int columns;
  private final int shorts;

  /// @param columns weights of a row in a block
  /// @param shorts what they take
  ScalarGroups(int columns, int shorts) {
    this.columns = columns;
    this.shorts = shorts;
  }

  /// Adds the product of a row's block with `x` from element `b` to `y`, before the last step of
  /// scaling.
  ///
  /// @param block a block of all rows
  /// @param lane where the row begins in it; see [#bits]
  abstract float add(short[] block, int lane, RoundedVector x, int b, float y);

  /// The whole numbers that weights of a row's block are stored as.
  interface Weights {
    int weight(short[] block, int lane, int i);
  }

  /// What is done with the part of a block that belongs to row `row`.
  interface RowOfBlock {
    void run(short[] block, int lane, int row, int b);
  }

  /// See [GroupKernel#multiply].
  final void multiply(MemorySegment w, long at, RoundedVector x, int n, float[] y, int to) {
    Arrays.fill(y, to, to + ROWS, 0);
    over(w, at, n, (block, lane, row, b) -> y[to + row] = add(block, lane, x, b, y[to + row]));
    for (int row = 0; row < ROWS; row++) {
      y[to + row] *= RoundedVector.HALF_WAY;
    }
  }

  /// Runs `task` for each row of each of the blocks of `n` columns.
  final void over(MemorySegment w, long at, int n, RowOfBlock task) {
    short[] block = new short[shorts * ROWS];
    for (int b = 0; b < n; b += columns, at += shorts * Interleaving.BYTES) {
      MemorySegment.copy(w, Le.SHORT, at, block, 0, block.length);
      for (int row = 0; row < ROWS; row++) {
        task.run(block, Interleaving.lane(row), row, b);
      }
    }
  }

  /// Short `index` of the row at `lane`, as a number from 0 to 65535.
  static int bits(short[] block, int lane, int index) {
    return block[lane + index * ROWS] & 0xffff;
  }

  /// The bits of a half in the place of a float's: its value times 2^-112.
  static float small(int half) {
    return Float.intBitsToFloat(((half << 16) >> 3) & 0x8fffe000);
  }

  /// The value of a half.
  static float half(int half) {
    return small(half) * 0x1p112f;
  }
}
