package dev.quern.engine;

import dev.quern.engine.kernel.NibbleColumns;

/// Puts the rows of a batch in lanes as [Packing] does, rounded to 8 bits.
final class NibblePacking implements Workers.Task {
  private final Workers workers;
  private final NibbleColumns columns = new NibbleColumns();
  private final int[][] scratch;
  private Batch input = new Batch(0);
  private int tokens;
  private int width;

  NibblePacking(Workers workers) {
    this.workers = workers;
    this.scratch = new int[workers.threads()][NibbleColumns.SCRATCH];
  }

  void run(Batch input, int tokens) {
    this.input = input;
    this.tokens = tokens;
    int vectors = (tokens + NibbleColumns.WIDTH - 1) / NibbleColumns.WIDTH;
    this.width = vectors * NibbleColumns.WIDTH;
    columns.reserve(width, input.length);
    workers.run(this, vectors);
  }

  NibbleColumns columns() {
    return columns;
  }

  /// Tokens, rounded up to whole vectors.
  int width() {
    return width;
  }

  /// Vectors in the group of tokens that begins with `column`.
  int vectors(int column) {
    return NibbleColumns.group((width - column) / NibbleColumns.WIDTH);
  }

  /// Where the group of tokens that begins with `column` begins in the slice of `depth` elements
  /// that begins with element `k`.
  int at(int k, int depth, int column) {
    return (k * width + column * depth) / 2;
  }

  @Override
  public void run(int part, int worker) {
    int column = part * NibbleColumns.WIDTH;
    int first = part / 2 * 2 * NibbleColumns.WIDTH;
    int ints = vectors(first) * NibbleColumns.WIDTH / 2;
    int present = Math.min(tokens - column, NibbleColumns.WIDTH);
    for (int k = 0; k < input.length; k += 32) {
      int slice = k / WorkerScratch.TILE_DEPTH * WorkerScratch.TILE_DEPTH;
      int depth = Math.min(WorkerScratch.TILE_DEPTH, input.length - slice);
      int group = at(slice, depth, first);
      columns.place(
          input.values,
          input.at(column) + k,
          input.stride,
          present,
          group + (k - slice) * ints + (column - first) / 2,
          group / 16 + (k - slice) / 16 * ints + column - first,
          ints,
          scratch[worker]);
    }
  }
}
