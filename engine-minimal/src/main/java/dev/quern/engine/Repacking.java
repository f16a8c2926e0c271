package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Interleaving;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Copies the weights that have loops for groups into one piece of memory, in groups: a matrix is a
/// part, whose pages of the map are let go when it is done.
final class Repacking implements Workers.Task {
  private final WorkerScratch[] scratch;
  private final Arena arena;
  private final LoadProgress progress;
  private final List<Copy> copies = new ArrayList<>();
  private MemorySegment memory = MemorySegment.NULL;
  private final Object turn = new Object();
  private long done;
  private long total;

  /// A matrix and where its copy begins.
  private record Copy(Matrix matrix, GroupKernel kernel, long start) {}

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
    if (copies.isEmpty()) {
      return;
    }
    memory = NativePages.allocate(arena, total);
    workers.run(this, copies.size());
  }

  private void add(Matrix[] some) {
    for (Matrix matrix : some) {
      if (matrix.groups != null) {
        copies.add(new Copy(matrix, matrix.groups, total));
        total += matrix.groupBytes() * matrix.groupCount();
      }
    }
  }

  @Override
  public void run(int part, int worker) {
    Copy copy = copies.get(part);
    Matrix matrix = copy.matrix;
    long bytes = matrix.groupBytes() * matrix.groupCount();
    MemorySegment packed = memory.asSlice(copy.start, bytes);
    for (int from = 0; from < matrix.rows; from += WorkerScratch.TILE_ROWS) {
      int count = Math.min(WorkerScratch.TILE_ROWS, matrix.rows - from);
      MemorySegment rows = matrix.rows(from, count, scratch[worker]);
      for (int row = 0; row < count; row += Interleaving.ROWS) {
        copy.kernel.pack(
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
