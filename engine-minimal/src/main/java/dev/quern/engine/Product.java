package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.Int8Kernel;
import dev.quern.engine.kernel.Int8Vector;
import dev.quern.engine.kernel.Lanes;
import dev.quern.engine.kernel.RowProduct;
import dev.quern.engine.kernel.Tile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of weight matrices that share their input.
///
/// A few tokens: each row of weights meets them one by one. Many: the tokens are put in lanes, a
/// tile of weights is decoded once and meets all of them. The two sum in different orders.
final class Product implements Workers.Task {
  /// From this many tokens on, tokens go in lanes.
  static final int TILED_FROM = 6;

  private final Workers workers;
  private final WorkerScratch[] scratch;
  private final Packing packing;
  private final Rounding rounding = new Rounding();
  private final int[] ends = new int[4];

  private Matrix[] matrices = {};
  private Batch[] outputs = {};
  private Batch input = new Batch(0);
  private int tokens;
  private boolean adds;

  Product(Workers workers, WorkerScratch[] scratch) {
    this.workers = workers;
    this.scratch = scratch;
    this.packing = new Packing(workers);
  }

  /// Writes `matrices[i] · input + bias` to `outputs[i]`, or adds it to what is there.
  ///
  /// @param tokens rows of the batches
  void run(Matrix[] matrices, Batch input, int tokens, Batch[] outputs, boolean adds) {
    this.matrices = matrices;
    this.outputs = outputs;
    this.input = input;
    this.tokens = tokens;
    this.adds = adds;
    if (tokens < TILED_FROM) {
      rounding.run(matrices, input, tokens);
    } else {
      packing.run(input, tokens);
      for (WorkerScratch one : scratch) {
        one.reserveSums(packing.columns());
      }
    }
    int parts = 0;
    for (int i = 0; i < matrices.length; i++) {
      int chunk = chunk(matrices[i]);
      parts += (matrices[i].rows + chunk - 1) / chunk;
      ends[i] = parts;
    }
    workers.run(this, parts);
  }

  /// Rows of a part: those of a tile, or some tens of thousands of weights.
  private int chunk(Matrix matrix) {
    return tokens >= TILED_FROM ? WorkerScratch.TILE_ROWS : rowsAtOnce(matrix.columns);
  }

  /// Rows of a part with few tokens, never more than those of a tile.
  private static int rowsAtOnce(int columns) {
    return Math.clamp(65536 / columns, 4, WorkerScratch.TILE_ROWS);
  }

  @Override
  public void run(int part, int worker) {
    int which = 0;
    while (part >= ends[which]) {
      which++;
    }
    Matrix matrix = matrices[which];
    int chunk = chunk(matrix);
    int from = (part - (which == 0 ? 0 : ends[which - 1])) * chunk;
    int count = Math.min(chunk, matrix.rows - from);
    if (tokens >= TILED_FROM) {
      tile(matrix, from, count, outputs[which], scratch[worker]);
    } else {
      rows(matrix, from, count, outputs[which], scratch[worker]);
    }
  }

  private void rows(Matrix matrix, int from, int count, Batch output, WorkerScratch own) {
    MemorySegment w = matrix.rows(from, count, own);
    long at = matrix.offset(from);
    RowProduct product = matrix.product;
    int n = matrix.columns;
    own.reserveSums(TILED_FROM);
    Int8Kernel int8 = matrix.int8;
    if (int8 != null) {
      for (int t = 0; t < tokens; t++) {
        Int8Vector x = rounding.vector(int8.layout(), t);
        int8.product().multiply(w, at, count, x, n, own.sums, t * count);
      }
    } else if (product != null) {
      for (int t = 0; t < tokens; t++) {
        product.multiply(w, at, count, input.values, input.at(t), n, own.sums, t * count);
      }
    } else {
      for (int r = 0; r < count; r++) {
        matrix.decoder.decode(w, at + r * matrix.rowBytes, own.row, 0, n);
        for (int t = 0; t < tokens; t++) {
          own.sums[t * count + r] = FloatLoops.dot(own.row, 0, input.values, input.at(t), n);
        }
      }
    }
    for (int t = 0; t < tokens; t++) {
      deliver(matrix, from, count, own.sums, t * count, 1, output, t);
    }
  }

  private void tile(Matrix matrix, int from, int count, Batch output, WorkerScratch own) {
    MemorySegment w = matrix.rows(from, count, own);
    long at = matrix.offset(from);
    int columns = packing.columns();
    Arrays.fill(own.sums, 0, WorkerScratch.TILE_ROWS * columns, 0);
    // rows past the last one are computed with what is in the tile, and not delivered
    int padded = Math.min(WorkerScratch.TILE_ROWS, (count + 5) / 6 * 6);
    for (int k = 0; k < matrix.columns; k += WorkerScratch.TILE_DEPTH) {
      int depth = Math.min(WorkerScratch.TILE_DEPTH, matrix.columns - k);
      long column = at + matrix.type.bytes(k);
      for (int r = 0; r < count; r++) {
        matrix.decoder.decode(
            w, column + r * matrix.rowBytes, own.weights, r * WorkerScratch.TILE_DEPTH, depth);
      }
      multiply(own, k, depth, padded, columns);
    }
    for (int t = 0; t < tokens; t++) {
      deliver(matrix, from, count, own.sums, t, columns, output, t);
    }
  }

  private void multiply(WorkerScratch own, int k, int depth, int rows, int columns) {
    int column = 0;
    while (column < columns) {
      int vectors = Tile.group((columns - column) / Lanes.LENGTH);
      int width = vectors * Lanes.LENGTH;
      int from = packing.at(k, depth, column);
      Tile.multiply(
          own.weights,
          0,
          WorkerScratch.TILE_DEPTH,
          rows,
          packing.values(),
          from,
          width,
          vectors,
          own.sums,
          column,
          columns,
          depth);
      column += width;
    }
  }

  private void deliver(
      Matrix matrix, int from, int count, float[] sums, int at, int step, Batch output, int token) {
    float[] out = output.values;
    int to = output.at(token) + from;
    float[] bias = matrix.bias;
    if (bias != null) {
      for (int r = 0; r < count; r++) {
        sums[at + r * step] += bias[from + r];
      }
    }
    if (adds) {
      for (int r = 0; r < count; r++) {
        out[to + r] += sums[at + r * step];
      }
    } else {
      for (int r = 0; r < count; r++) {
        out[to + r] = sums[at + r * step];
      }
    }
  }
}
