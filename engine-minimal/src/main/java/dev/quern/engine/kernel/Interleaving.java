package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// Rows in groups of [#ROWS], 16 bits of each row in turn, so that the lanes of a vector are rows.
///
/// Of the rows of a group, the first half is at even places and the second at odd ones: a vector of
/// shorts read as ints has the first half in the lower bits and the second in the upper ones, and
/// both come out in order.
public final class Interleaving {
  /// Rows of a group.
  public static final int ROWS = 2 * Lanes.LENGTH;

  /// Bytes of a vector: 16 bits of each row.
  static final long BYTES = 2L * ROWS;

  private Interleaving() {}

  /// Which of the shorts of a vector belongs to row `row`.
  static int lane(int row) {
    return 2 * (row % Lanes.LENGTH) + row / Lanes.LENGTH;
  }

  /// Interleaves `bytes` bytes of `count` rows, the first at byte `at` and `stride` bytes apart;
  /// rows that are missing to a group become zeros.
  static void interleave(
      MemorySegment in, long at, long stride, int count, long bytes, MemorySegment out, long to) {
    for (int row = 0; row < ROWS; row++) {
      long lane = to + 2L * lane(row);
      if (row < count) {
        spread(in, at + row * stride, bytes, out, lane);
      } else {
        for (long i = 0; i < bytes; i += 2) {
          out.set(Le.SHORT, lane + i * ROWS, (short) 0);
        }
      }
    }
  }

  private static void spread(MemorySegment in, long at, long bytes, MemorySegment out, long to) {
    for (long i = 0; i < bytes; i += 2) {
      out.set(Le.SHORT, to + i * ROWS, in.get(Le.SHORT, at + i));
    }
  }
}
