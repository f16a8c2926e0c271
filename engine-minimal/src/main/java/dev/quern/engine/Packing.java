package dev.quern.engine;

import dev.quern.engine.kernel.Lanes;

/// Puts the rows of a batch in lanes: tokens side by side in groups of a few vectors, element after
/// element, in slices of [WorkerScratch#TILE_DEPTH] elements. Missing tokens are zeros.
final class Packing implements Workers.Task {
  /// Says how many vectors the group has that starts when so many are left.
  interface Grouping {
    int vectors(int left);
  }

  private final Workers workers;
  private final Grouping grouping;
  private float[] values = {};
  private Batch input = new Batch(0);
  private int tokens;
  private int columns;

  Packing(Workers workers, Grouping grouping) {
    this.workers = workers;
    this.grouping = grouping;
  }

  void run(Batch input, int tokens) {
    this.input = input;
    this.tokens = tokens;
    this.columns = Lanes.ceil(tokens);
    int needed = Math.multiplyExact(columns, input.length);
    if (values.length < needed) {
      values = new float[needed];
    }
    workers.run(this, columns / Lanes.LENGTH);
  }

  /// Tokens, rounded up to whole vectors.
  int columns() {
    return columns;
  }

  float[] values() {
    return values;
  }

  /// Vectors in the group of tokens that begins with `column`.
  int vectors(int column) {
    return grouping.vectors((columns - column) / Lanes.LENGTH);
  }

  /// Where the group of tokens that begins with `column` begins in the slice of `depth` elements
  /// that begins with element `k`.
  int at(int k, int depth, int column) {
    return k * columns + column * depth;
  }

  @Override
  public void run(int part, int worker) {
    int column = part * Lanes.LENGTH;
    // the group that this vector of tokens is in
    int first = 0;
    while (first + vectors(first) * Lanes.LENGTH <= column) {
      first += vectors(first) * Lanes.LENGTH;
    }
    int width = vectors(first) * Lanes.LENGTH;
    for (int k = 0; k < input.length; k += WorkerScratch.TILE_DEPTH) {
      int depth = Math.min(WorkerScratch.TILE_DEPTH, input.length - k);
      pack(column, k, depth, at(k, depth, first) + column - first, width);
    }
  }

  private void pack(int column, int k, int depth, int to, int width) {
    int present = Math.clamp(tokens - column, 0, Lanes.LENGTH);
    float[] from = input.values;
    for (int lane = 0; lane < present; lane++) {
      int at = input.at(column + lane) + k;
      for (int i = 0; i < depth; i++) {
        values[to + lane + i * width] = from[at + i];
      }
    }
    for (int lane = present; lane < Lanes.LENGTH; lane++) {
      for (int i = 0; i < depth; i++) {
        values[to + lane + i * width] = 0;
      }
    }
  }
}
