package dev.quern.formats.imatrix;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What an importance matrix says of one weight tensor: for every column of each of its matrices
/// the sum of the squares of the inputs, and how many inputs there were.
///
/// A dense tensor has one matrix; a tensor of experts has one for each. The numbers are borrowed
/// from the files that they come from.
public final class ImportanceEntry {
  private final String name;
  private final boolean legacy;
  private final int size;
  private final long[] counts;
  private final FloatSource sums;
  private final @Nullable FloatSource activations;

  ImportanceEntry(
      String name,
      boolean legacy,
      int size,
      long[] counts,
      FloatSource sums,
      @Nullable FloatSource activations) {
    this.name = name;
    this.legacy = legacy;
    this.size = size;
    this.counts = counts.clone();
    this.sums = sums;
    this.activations = activations;
  }

  /// The tensor, such as `blk.0.attn_q.weight`.
  public String name() {
    return name;
  }

  /// Number of values: the columns of all matrices.
  public int size() {
    return size;
  }

  /// Number of counts: of matrices, or 1 if all of them saw the same inputs.
  public int matrices() {
    return counts.length;
  }

  /// Values under each count.
  public int columns() {
    return size / counts.length;
  }

  /// Inputs that matrix `index` saw; in the older format the chunks.
  public long count(int index) {
    return counts[index];
  }

  /// True if matrix `index` saw no input: an expert that was never asked. The older format does not
  /// tell.
  public boolean isIdle(int index) {
    return counts[index] == 0 && !legacy;
  }

  /// The largest count.
  long largestCount() {
    long largest = counts[0];
    for (long count : counts) {
      largest = Math.max(largest, count);
    }
    return largest;
  }

  /// True if there is a sum of the inputs beside that of their squares.
  public boolean hasActivations() {
    return activations != null;
  }

  /// True if it comes from a file of the older format.
  boolean isLegacy() {
    return legacy;
  }

  /// Writes sums of squares `from` to `from + count` to the start of `out`.
  void sums(int from, int count, float[] out) {
    sums.read(Objects.checkFromIndexSize(from, count, size), count, out);
  }

  /// Writes sums `from` to `from + count` to the start of `out`.
  void activations(int from, int count, float[] out) {
    Objects.requireNonNull(activations)
        .read(Objects.checkFromIndexSize(from, count, size), count, out);
  }

  /// Writes the importance of columns `from` to `from + count`, counted through all matrices, to
  /// the start of `out`: the mean square of the inputs; 1 where there were none.
  public void importance(int from, int count, float[] out) {
    sums(from, count, out);
    int columns = columns();
    for (int i = 0; i < count; i++) {
      float inputs = counts[(from + i) / columns];
      if (inputs > 0) {
        out[i] /= inputs;
      } else if (!legacy) {
        out[i] = 1;
      }
    }
  }
}
