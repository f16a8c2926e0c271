package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Int8Kernel;
import dev.quern.engine.kernel.Int8Vector;
import dev.quern.engine.kernel.Interleaving;
import dev.quern.engine.kernel.PairProduct;
import dev.quern.engine.kernel.RowProduct;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Products of weight matrices that share their input.
///
/// A few tokens: each row of weights meets them one by one. Many: see [Tiles]. The two sum in
/// different orders.
final class Product implements Workers.Task {
  /// From this many tokens on, tokens go in lanes.
  static final int TILED_FROM = 6;

  /// Tokens whose products are moved from the tile at once: their lines stay in the cache.
  private static final int MOVED_AT_ONCE = 16;

  private final Workers workers;
  private final WorkerScratch[] scratch;
  private final Tiles tiles;
  private final Rounding rounding = new Rounding();
  private final int[] ends = new int[4];

  private Matrix[] matrices = {};
  private Batch[] outputs = {};
  private Batch input = new Batch(0);
  private int tokens;
  private boolean adds;
  private @Nullable InputObserver observer;

  Product(Workers workers, WorkerScratch[] scratch) {
    this.workers = workers;
    this.scratch = scratch;
    this.tiles = new Tiles(workers);
  }

  /// Shows the inputs of all later products to `observer`, or to nobody.
  void observe(@Nullable InputObserver observer) {
    this.observer = observer;
  }

  private void show(InputObserver observer) {
    List<InputObserver.WeightMatrix> described =
        Arrays.stream(matrices).map(Matrix::described).distinct().toList();
    observer.inputs(described, input.values, input.at(0), input.stride, tokens);
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
    InputObserver watching = observer;
    if (watching != null) {
      show(watching);
    }
    if (tokens < TILED_FROM) {
      rounding.run(matrices, input, tokens);
    } else {
      tiles.prepare(matrices, input, tokens);
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
    if (tokens >= TILED_FROM) {
      return WorkerScratch.TILE_ROWS;
    }
    int rows = Math.clamp(65536 / matrix.columns, 4, WorkerScratch.TILE_ROWS);
    int atOnce = matrix.packed == null ? RowProduct.AT_ONCE : Interleaving.ROWS;
    return (rows + atOnce - 1) / atOnce * atOnce;
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
    WorkerScratch own = scratch[worker];
    if (tokens >= TILED_FROM) {
      tiles.multiply(matrix, from, count, own);
      deliver(matrix, from, count, own.sums, 1, tiles.stride(), outputs[which]);
      return;
    }
    own.reserveSums(TILED_FROM);
    int stride = WorkerScratch.TILE_ROWS;
    MemorySegment packed = matrix.packed;
    if (packed != null && matrix.groups != null) {
      groups(matrix, matrix.groups, packed, from, count, own);
    } else {
      rows(matrix, from, count, own);
    }
    deliver(matrix, from, count, own.sums, stride, 1, outputs[which]);
  }

  private void groups(
      Matrix matrix, GroupKernel kernel, MemorySegment w, int from, int count, WorkerScratch own) {
    for (int t = 0; t < tokens; t++) {
      for (int row = 0; row < count; row += Interleaving.ROWS) {
        kernel.multiply(
            w,
            (from + row) * matrix.rowBytes,
            rounding.vector(t),
            matrix.columns,
            own.sums,
            t * WorkerScratch.TILE_ROWS + row,
            own.shorts);
      }
    }
  }

  private void rows(Matrix matrix, int from, int count, WorkerScratch own) {
    MemorySegment w = matrix.rows(from, count, own);
    long at = matrix.offset(from);
    RowProduct product = matrix.product;
    int n = matrix.columns;
    int stride = WorkerScratch.TILE_ROWS;
    Int8Kernel int8 = matrix.int8;
    PairProduct pairs = matrix.pairs;
    if (pairs != null) {
      for (int t = 0; t < tokens; t++) {
        pairs.multiply(w, at, count, rounding.halves(matrix.type, t), n, own.sums, t * stride);
      }
    } else if (int8 != null) {
      for (int t = 0; t < tokens; t++) {
        Int8Vector x = rounding.vector(int8.layout(), t);
        int8.product().multiply(w, at, count, x, n, own.sums, t * stride);
      }
    } else if (product != null) {
      for (int t = 0; t < tokens; t++) {
        product.multiply(w, at, count, input.values, input.at(t), n, own.sums, t * stride);
      }
    } else {
      for (int r = 0; r < count; r++) {
        matrix.decoder.decode(w, at + r * matrix.rowBytes, own.row, 0, n, own.halves);
        for (int t = 0; t < tokens; t++) {
          own.sums[t * stride + r] = FloatLoops.dot(own.row, 0, input.values, input.at(t), n);
        }
      }
    }
  }

  /// Moves the products of rows `from` to `from + count`; that of row `r` and token `t` is in
  /// `sums` at `t * perToken + r * perRow`.
  private void deliver(
      Matrix matrix, int from, int count, float[] sums, int perToken, int perRow, Batch output) {
    float[] bias = matrix.bias;
    for (int first = 0; first < tokens; first += MOVED_AT_ONCE) {
      int end = Math.min(tokens, first + MOVED_AT_ONCE);
      for (int t = first; t < end; t++) {
        int at = t * perToken;
        int to = output.at(t) + from;
        if (matrix.scale != 1) {
          for (int r = 0; r < count; r++) {
            sums[at + r * perRow] *= matrix.scale;
          }
        }
        if (bias != null) {
          for (int r = 0; r < count; r++) {
            sums[at + r * perRow] += bias[from + r];
          }
        }
        move(sums, at, perRow, output.values, to, count);
      }
    }
  }

  private void move(float[] sums, int at, int perRow, float[] out, int to, int count) {
    if (adds) {
      for (int r = 0; r < count; r++) {
        out[to + r] += sums[at + r * perRow];
      }
    } else {
      for (int r = 0; r < count; r++) {
        out[to + r] = sums[at + r * perRow];
      }
    }
  }
}
