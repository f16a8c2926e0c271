package dev.quern.quantizers;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.type.SquaredSums;
import java.lang.foreign.MemorySegment;

/// Holds encoded weights against the true ones: decodes what an encoder wrote and sums the squared
/// differences.
///
/// The sums are the same on every machine. It owns scratch memory: one per thread.
public final class ErrorMeter {
  /// Weights that are decoded at a time, so that they stay in the first-level cache; a multiple of
  /// every block size.
  private static final int RUN = 4096;

  private final float[] decoded = new float[RUN];
  private final SquaredSums squares = new SquaredSums();

  /// A meter for one thread.
  public ErrorMeter() {}

  /// What storing the `n` weights of `x` from index `at` as the blocks of `type` in `blocks` from
  /// byte `from` cost.
  public ErrorSums measure(
      float[] x, int at, int n, GgmlType type, MemorySegment blocks, long from) {
    BlockCodec codec = BlockCodecs.of(type);
    squares.clear();
    long dead = 0;
    for (int done = 0; done < n; done += RUN) {
      int count = Math.min(RUN, n - done);
      codec.decode(blocks, from + type.bytes(done), decoded, 0, count);
      squares.add(x, at + done, decoded, 0, count);
      dead += type.isQuantized() ? deadBlocks(x, at + done, count, type.blockSize()) : 0;
    }
    return new ErrorSums(squares.error(), squares.energy(), 0, 0, dead);
  }

  /// The same for one row, where weight `i` counts as much as `importance[column + i]` says.
  public ErrorSums measure(
      float[] x,
      int at,
      int n,
      float[] importance,
      int column,
      GgmlType type,
      MemorySegment blocks,
      long from) {
    BlockCodec codec = BlockCodecs.of(type);
    double error = 0;
    double energy = 0;
    for (int done = 0; done < n; done += RUN) {
      int count = Math.min(RUN, n - done);
      codec.decode(blocks, from + type.bytes(done), decoded, 0, count);
      for (int i = 0; i < count; i++) {
        double weight = x[at + done + i];
        double difference = weight - decoded[i];
        double importanceOf = importance[column + done + i];
        error += difference * difference * importanceOf;
        energy += weight * weight * importanceOf;
      }
    }
    ErrorSums plain = measure(x, at, n, type, blocks, from);
    return new ErrorSums(plain.error(), plain.energy(), error, energy, plain.deadBlocks());
  }

  /// How far the first `n` weights of `y` are from those of `x`.
  public ErrorSums measure(float[] x, float[] y, int n) {
    squares.clear();
    for (int done = 0; done < n; done += RUN) {
      squares.add(x, done, y, done, Math.min(RUN, n - done));
    }
    return new ErrorSums(squares.error(), squares.energy(), 0, 0, 0);
  }

  private long deadBlocks(float[] x, int at, int n, int size) {
    long dead = 0;
    for (int i = 0; i < n; i += size) {
      // nearly every block begins with a weight that is not zero
      if (decoded[i] == 0 && isZero(decoded, i, size) && !isZero(x, at + i, size)) {
        dead++;
      }
    }
    return dead;
  }

  private static boolean isZero(float[] x, int from, int size) {
    for (int i = from; i < from + size; i++) {
      if (x[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
