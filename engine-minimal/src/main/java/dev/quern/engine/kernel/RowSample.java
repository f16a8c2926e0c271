package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/// Rows of a model where they lie, for trying the product of their type on them while the model is
/// open.
///
/// Loops with lanes that are not compiled yet read on while another thread unmaps the file, and the
/// JVM dies of it: so nobody may unmap it before [#close] returned.
public final class RowSample {
  private final RowTwin product;
  private final MemorySegment segment;
  private final int rows;
  private final int columns;
  private final ReentrantLock use = new ReentrantLock();
  private boolean closed;

  /// @param product the product
  /// @param segment the rows, from the first byte
  /// @param rows how many there are
  /// @param columns weights of each
  public RowSample(RowTwin product, MemorySegment segment, int rows, int columns) {
    this.product = product;
    this.segment = segment;
    this.rows = rows;
    this.columns = columns;
  }

  /// The product.
  public RowTwin product() {
    return product;
  }

  /// How many rows there are.
  int rows() {
    return rows;
  }

  /// Weights of each row.
  int columns() {
    return columns;
  }

  /// What `task` returns for the rows.
  ///
  /// @throws IllegalStateException if they are closed
  int use(ToIntFunction<MemorySegment> task) {
    use.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      return task.applyAsInt(segment);
    } finally {
      use.unlock();
    }
  }

  /// Lets nobody use the rows any more; waits for who does.
  public void close() {
    use.lock();
    try {
      closed = true;
    } finally {
      use.unlock();
    }
  }
}
