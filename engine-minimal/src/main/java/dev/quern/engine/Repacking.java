package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Interleaving;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Copies the weights that have loops for groups into memory, in groups: a matrix is a part, whose
/// pages of the map are let go when it is done.
final class Repacking implements Workers.Task {
  private final WorkerScratch[] scratch;
  private final Arena arena;
  private final LoadProgress progress;
  private final List<Matrix> matrices = new ArrayList<>();
  private final Object turn = new Object();
  private long done;
  private long total;

  /// @param arena where the copies live
  Repacking(WorkerScratch[] scratch, Arena arena, LoadProgress progress) {
    this.scratch = scratch;
    this.arena = arena;
    this.progress = progress;
  }

  /// Repacks what can be.
  void run(ModelWeights weights, Workers workers) {
    add(weights.output());
    for (BlockWeights block : weights.blocks()) {
      block.all().forEach(this::add);
    }
    workers.run(this, matrices.size());
  }

  private void add(Matrix[] some) {
    for (Matrix matrix : some) {
      if (matrix.groups != null) {
        matrices.add(matrix);
        total += matrix.groupBytes() * matrix.groupCount();
      }
    }
  }

  @Override
  public void run(int part, int worker) {
    Matrix matrix = matrices.get(part);
    GroupKernel kernel = matrix.groups;
    if (kernel == null) {
      return;
    }
    long bytes = matrix.groupBytes() * matrix.groupCount();
    MemorySegment packed = NativePages.allocate(arena, bytes);
    for (int from = 0; from < matrix.rows; from += WorkerScratch.TILE_ROWS) {
      int count = Math.min(WorkerScratch.TILE_ROWS, matrix.rows - from);
      MemorySegment rows = matrix.rows(from, count, scratch[worker]);
      for (int row = 0; row < count; row += Interleaving.ROWS) {
        kernel.pack(
            rows,
            matrix.offset(from) + row * matrix.rowBytes,
            matrix.rowBytes,
            Math.min(Interleaving.ROWS, count - row),
            matrix.columns,
            packed,
            (from + row) * matrix.rowBytes);
      }
    }
    matrix.packed = packed;
    if (matrix.mapped != null) {
      NativePages.release(matrix.mapped);
    }
    synchronized (turn) {
      done += bytes;
      progress.repacked(done, total);
    }
  }
}
