package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.NibbleTile;
import dev.quern.engine.kernel.RowDecoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// What one thread needs for itself while it computes.
final class WorkerScratch {
  /// Rows that one part of a product has when it has many tokens: whole groups, and whole tiles.
  static final int TILE_ROWS = 96;

  /// Columns of the weights that are decoded at a time: a whole number of blocks of every type.
  static final int TILE_DEPTH = 512;

  /// A tile of decoded weights.
  final float[] weights = new float[TILE_ROWS * TILE_DEPTH];

  /// The same of four bits, group by group.
  final NibbleTile[] nibbles = new NibbleTile[TILE_ROWS / NibbleTile.ROWS];

  /// For products with groups.
  final short[] shorts = new short[GroupKernel.SCRATCH];

  /// For rows that are decoded.
  final short[] halves = new short[RowDecoder.SCRATCH];

  /// A decoded row.
  final float[] row;

  /// The sums of a tile, rows by tokens.
  float[] sums = {};

  /// Queries and scores of [AttentionStep], and what queries have seen in all and of one span.
  float[] queries = {};

  float[] scores = {};
  AttentionSums whole = new AttentionSums(0, 0);
  AttentionSums span = whole;
  float[] keys = {};
  float[] values = {};

  /// Room for the columns of a tile of rows that are packed as they are used.
  final MemorySegment group;

  private final MemorySegment rowBuffer;

  /// @param longestRow columns of the widest matrix
  /// @param bufferBytes room for the rows of one part of the widest matrix that is not mapped
  WorkerScratch(int longestRow, long bufferBytes, Arena arena) {
    row = new float[longestRow];
    Arrays.setAll(nibbles, i -> new NibbleTile(TILE_DEPTH));
    group = arena.allocate(2L * TILE_ROWS * TILE_DEPTH, 64);
    rowBuffer = arena.allocate(bufferBytes, 64);
  }

  /// Room for rows of matrices that are computed as they are read.
  MemorySegment rowBuffer() {
    return rowBuffer;
  }

  /// Makes room for the sums of `columns` tokens.
  void reserveSums(int columns) {
    if (sums.length < TILE_ROWS * columns) {
      sums = new float[TILE_ROWS * columns];
    }
  }
}
