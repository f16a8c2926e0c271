package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Interleaving;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Copies the weights that are multiplied where they lie into one piece of memory: in groups if
/// there are loops for those, and as they are otherwise, as pages of memory can be larger than
/// those of a map. A matrix is a part, whose pages of the map are let go when it is done.
final class Repacking implements Workers.Task {
  private static final long LINE = 64; // of the cache

  private final WorkerScratch[] scratch;
  private final Arena arena;
  private final LoadProgress progress;
  private final List<Copy> copies = new ArrayList<>();
  private MemorySegment memory = MemorySegment.NULL;
  private final Object turn = new Object();
  private long done;
  private long total;

  /// A matrix, where its copy begins, and the room for it.
  private record Copy(Matrix matrix, long start, long bytes) {}

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
        add(matrix, matrix.groupBytes() * matrix.groupCount());
      } else if (matrix.mapped != null && matrix.product != null) {
        add(matrix, matrix.rowBytes * matrix.rows);
      }
    }
  }

  private void add(Matrix matrix, long bytes) {
    long room = (bytes + LINE - 1) / LINE * LINE;
    copies.add(new Copy(matrix, total, room));
    total += room;
  }

  @Override
  public void run(int part, int worker) {
    Copy copy = copies.get(part);
    Matrix matrix = copy.matrix;
    MemorySegment to = memory.asSlice(copy.start, copy.bytes);
    MemorySegment mapped = matrix.mapped;
    if (matrix.groups != null) {
      pack(matrix, matrix.groups, to, scratch[worker]);
      matrix.packed = to;
    } else if (mapped != null) {
      MemorySegment.copy(mapped, 0, to, 0, matrix.rowBytes * matrix.rows);
      matrix.mapped = to;
    }
    if (mapped != null) {
      NativePages.release(mapped);
    }
    synchronized (turn) {
      done += copy.bytes;
      progress.repacked(done, total);
    }
  }

  private static void pack(
      Matrix matrix, GroupKernel kernel, MemorySegment packed, WorkerScratch scratch) {
    for (int from = 0; from < matrix.rows; from += WorkerScratch.TILE_ROWS) {
      int count = Math.min(WorkerScratch.TILE_ROWS, matrix.rows - from);
      MemorySegment rows = matrix.rows(from, count, scratch);
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
  }
}
