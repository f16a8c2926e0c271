package dev.quern.engine;

import dev.quern.engine.kernel.Block;
import dev.quern.engine.kernel.ColumnKernel;
import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Interleaving;
import dev.quern.engine.kernel.Lanes;
import dev.quern.engine.kernel.NibbleColumns;
import dev.quern.engine.kernel.NibbleKernel;
import dev.quern.engine.kernel.NibbleProduct;
import dev.quern.engine.kernel.NibbleTile;
import dev.quern.engine.kernel.Tile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of many tokens with tiles of weights: the tokens are put in lanes, and a tile is
/// decoded once and meets all of them.
///
/// There are three ways. Types of four bits meet 8-bit activations in integers of 16 bits. Other
/// types that have loops for groups are decoded column by column, packed now if they were not
/// before. The rest is decoded row by row.
final class Tiles {
  private static final int ROWS = WorkerScratch.TILE_ROWS;
  private static final int DEPTH = WorkerScratch.TILE_DEPTH;

  private final Packing forRows;
  private final Packing forColumns;
  private final NibblePacking forNibbles;
  private int tokens;
  private int stride;

  Tiles(Workers workers) {
    this.forRows = new Packing(workers, Tile::group);
    this.forColumns = new Packing(workers, Block::group);
    this.forNibbles = new NibblePacking(workers);
  }

  /// Puts the first `tokens` rows of `input` in lanes, as the matrices want them.
  void prepare(Matrix[] matrices, Batch input, int tokens) {
    this.tokens = tokens;
    boolean rows = false;
    boolean columns = false;
    boolean nibbles = false;
    for (Matrix matrix : matrices) {
      GroupKernel groups = matrix.groups;
      rows |= groups == null;
      nibbles |= groups instanceof NibbleKernel;
      columns |= groups != null && !(groups instanceof NibbleKernel);
    }
    if (rows) {
      forRows.run(input, tokens);
    }
    if (columns) {
      forColumns.run(input, tokens);
    }
    if (nibbles) {
      forNibbles.run(input, tokens);
    }
    int widest = (tokens + NibbleColumns.WIDTH - 1) / NibbleColumns.WIDTH * NibbleColumns.WIDTH;
    // at a power of two, the rows of the sums would fall on the same lines of the cache
    stride = widest + Lanes.LENGTH;
  }

  /// Distance of the rows of sums.
  int stride() {
    return stride;
  }

  /// Multiplies `count` rows from row `from`, at most a tile of them, and leaves the products in
  /// the sums of `own`: rows [#stride] apart, tokens side by side.
  void multiply(Matrix matrix, int from, int count, WorkerScratch own) {
    own.reserveSums(stride);
    Arrays.fill(own.sums, 0, ROWS * stride, 0);
    for (int k = 0; k < matrix.columns; k += DEPTH) {
      int depth = Math.min(DEPTH, matrix.columns - k);
      if (matrix.groups instanceof NibbleKernel kernel) {
        nibbles(matrix, kernel, from, count, k, depth, own);
      } else if (matrix.groups instanceof ColumnKernel kernel) {
        columns(matrix, kernel, from, count, k, depth, own);
      } else {
        rows(matrix, from, count, k, depth, own);
      }
    }
  }

  private void nibbles(
      Matrix matrix,
      NibbleKernel kernel,
      int from,
      int count,
      int k,
      int depth,
      WorkerScratch own) {
    MemorySegment w = groups(matrix, kernel, from, count, k, depth, own);
    for (int row = 0; row < count; row += NibbleTile.ROWS) {
      NibbleTile tile = own.nibbles[row / NibbleTile.ROWS];
      kernel.decode(w, groupAt(matrix, from, row, k, depth), depth, tile);
    }
    for (int column = 0; column < forNibbles.width(); ) {
      int vectors = forNibbles.vectors(column);
      int width = vectors * NibbleColumns.WIDTH;
      int at = forNibbles.at(k, depth, column);
      int present = Math.min(tokens - column, width);
      for (int row = 0; row < count; row += NibbleTile.ROWS) {
        NibbleProduct.multiply(
            own.nibbles[row / NibbleTile.ROWS],
            Math.min(NibbleTile.ROWS, count - row),
            forNibbles.columns(),
            at,
            vectors,
            present,
            own.sums,
            row * stride + column,
            stride,
            depth);
      }
      column += width;
    }
  }

  private void columns(
      Matrix matrix,
      ColumnKernel kernel,
      int from,
      int count,
      int k,
      int depth,
      WorkerScratch own) {
    MemorySegment w = groups(matrix, kernel, from, count, k, depth, own);
    for (int row = 0; row < count; row += Interleaving.ROWS) {
      kernel.decode(w, groupAt(matrix, from, row, k, depth), depth, own.weights, row, ROWS);
    }
    // rows past the last one are computed with what is in the tile, and not delivered
    int padded = (count + Block.HEIGHT - 1) / Block.HEIGHT * Block.HEIGHT;
    for (int column = 0; column < forColumns.columns(); ) {
      int vectors = forColumns.vectors(column);
      int at = forColumns.at(k, depth, column);
      float[] x = forColumns.values();
      int width = vectors * Lanes.LENGTH;
      int present = Math.min(tokens - column, width);
      Block.multiply(
          own.weights, 0, ROWS, padded, x, at, vectors, present, own.sums, column, stride, depth);
      column += width;
    }
  }

  private void rows(Matrix matrix, int from, int count, int k, int depth, WorkerScratch own) {
    MemorySegment w = matrix.rows(from, count, own);
    long at = matrix.offset(from) + matrix.type.bytes(k);
    for (int r = 0; r < count; r++) {
      matrix.decoder.decode(w, at + r * matrix.rowBytes, own.weights, r * DEPTH, depth, own.halves);
    }
    int padded = Math.min(ROWS, (count + 5) / 6 * 6);
    for (int column = 0; column < forRows.columns(); ) {
      int vectors = forRows.vectors(column);
      int width = vectors * Lanes.LENGTH;
      Tile.multiply(
          own.weights,
          0,
          DEPTH,
          padded,
          forRows.values(),
          forRows.at(k, depth, column),
          width,
          vectors,
          own.sums,
          column,
          stride,
          depth);
      column += width;
    }
  }

  /// The segment that holds columns `k` to `k + depth` of some rows in groups.
  private static MemorySegment groups(
      Matrix matrix, GroupKernel kernel, int from, int count, int k, int depth, WorkerScratch own) {
    MemorySegment packed = matrix.packed;
    if (packed != null) {
      return packed;
    }
    MemorySegment rows = matrix.rows(from, count, own);
    for (int row = 0; row < count; row += Interleaving.ROWS) {
      kernel.pack(
          rows,
          matrix.offset(from) + row * matrix.rowBytes + matrix.type.bytes(k),
          matrix.rowBytes,
          Math.min(Interleaving.ROWS, count - row),
          depth,
          own.group,
          row * matrix.type.bytes(depth));
    }
    return own.group;
  }

  /// Where in that segment the columns of the group begin that has row `from + row`.
  private static long groupAt(Matrix matrix, int from, int row, int k, int depth) {
    return matrix.packed != null
        ? (from + row) * matrix.rowBytes + Interleaving.ROWS * matrix.type.bytes(k)
        : row * matrix.type.bytes(depth);
  }
}
