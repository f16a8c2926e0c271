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

  /// Shorts of each row that are interleaved at a time: what is read and written stays in the
  /// cache.
  private static final int AT_ONCE = 256;

  /// Interleaves `bytes` bytes of `count` rows, the first at byte `at` and `stride` bytes apart;
  /// rows that are missing to a group become zeros.
  ///
  /// It goes by way of arrays: a model is loaded before anything is compiled, when an array is read
  /// fast and a segment is not.
  static void interleave(
      MemorySegment in, long at, long stride, int count, long bytes, MemorySegment out, long to) {
    short[] row = new short[AT_ONCE];
    short[] group = new short[AT_ONCE * ROWS];
    for (long done = 0; done < bytes; done += 2 * AT_ONCE) {
      int shorts = (int) Math.min(AT_ONCE, (bytes - done) / 2);
      for (int r = 0; r < count; r++) {
        MemorySegment.copy(in, Le.SHORT, at + r * stride + done, row, 0, shorts);
        for (int i = 0, lane = lane(r); i < shorts; i++, lane += ROWS) {
          group[lane] = row[i];
        }
      }
      MemorySegment.copy(group, 0, out, Le.SHORT, to + done * ROWS, shorts * ROWS);
    }
  }
}
