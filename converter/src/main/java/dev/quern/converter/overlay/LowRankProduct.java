package dev.quern.converter.overlay;

import dev.quern.formats.adapter.LoraModule;

/// The product of an adapter's two factors, in the order of the weight that it is added to.
///
/// Each number is a chain of fused multiply-adds in single precision in the order of the rank,
/// beginning with 0.
final class LowRankProduct implements Numbers {
  /// Numbers of a factor that are held at a time.
  private static final int TILE = 1 << 20;

  private final Numbers down;
  private final Numbers up;
  private final int rank;
  private final long rows;
  private final long columns;
  private final boolean transposed;

  LowRankProduct(LoraModule module) {
    this.down = Numbers.of(module.down());
    this.up = Numbers.of(module.up());
    this.rank = module.rank();
    this.transposed = module.transposed();
    this.rows = transposed ? module.inputs() : module.outputs();
    this.columns = transposed ? module.outputs() : module.inputs();
  }

  long columns() {
    return columns;
  }

  @Override
  public void read(long first, int count, float[] out) {
    int mostRows = Math.max(1, TILE / rank);
    int done = 0;
    while (done < count) {
      long row = (first + done) / columns;
      long column = (first + done) % columns;
      if (column > 0 || count - done < columns) {
        int length = (int) Math.min(count - done, columns - column);
        multiply(new Block(row, 1, column, length), out, done);
        done += length;
      } else {
        int height = (int) Math.min((count - done) / columns, mostRows);
        multiply(new Block(row, height, 0, (int) columns), out, done);
        done += (int) (height * columns);
      }
    }
  }

  /// Some columns of some rows.
  private record Block(long row, int rows, long column, int columns) {}

  private void multiply(Block block, float[] out, int to) {
    float[] left = left(block);
    int width = Math.max(1, TILE / rank);
    for (int at = 0; at < block.columns; at += width) {
      int columns = Math.min(width, block.columns - at);
      float[] right = right(block.column + at, columns);
      for (int row = 0; row < block.rows; row++) {
        chain(left, row * rank, right, columns, out, to + row * block.columns + at);
      }
    }
  }

  private void chain(float[] left, int at, float[] right, int columns, float[] out, int to) {
    for (int j = 0; j < columns; j++) {
      out[to + j] = 0;
    }
    for (int k = 0; k < rank; k++) {
      float factor = left[at + k];
      int from = k * columns;
      for (int j = 0; j < columns; j++) {
        out[to + j] = Math.fma(factor, right[from + j], out[to + j]);
      }
    }
  }

  /// The factors of the rows of `block`, `rank` for each row.
  private float[] left(Block block) {
    float[] left = new float[block.rows * rank];
    if (!transposed) {
      up.read(block.row * rank, left.length, left);
      return left;
    }
    float[] one = new float[block.rows];
    for (int k = 0; k < rank; k++) {
      down.read(k * rows + block.row, block.rows, one);
      for (int row = 0; row < block.rows; row++) {
        left[row * rank + k] = one[row];
      }
    }
    return left;
  }

  /// The factors of columns, all columns for each of the ranks.
  private float[] right(long column, int count) {
    float[] right = new float[rank * count];
    if (transposed) {
      float[] rowwise = new float[right.length];
      up.read(column * rank, rowwise.length, rowwise);
      for (int j = 0; j < count; j++) {
        for (int k = 0; k < rank; k++) {
          right[k * count + j] = rowwise[j * rank + k];
        }
      }
      return right;
    }
    float[] one = new float[count];
    for (int k = 0; k < rank; k++) {
      down.read(k * columns + column, count, one);
      System.arraycopy(one, 0, right, k * count, count);
    }
    return right;
  }
}
