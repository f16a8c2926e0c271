package dev.quern.formats.imatrix;

import dev.quern.formats.imatrix.ImportanceMatrix.Origin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An importance matrix in the making: what weight matrices were multiplied with, summed up in
/// double precision. For one thread at a time.
public final class ImportanceSums {
  private final Map<String, Sums> tensors = new LinkedHashMap<>();

  /// Sums of nothing yet.
  public ImportanceSums() {}

  /// Adds `count` inputs of matrix `index` of `tensor`; input `t` begins at `values[from + t *
  /// stride]`.
  ///
  /// @param columns numbers of an input
  /// @param matrices of the tensor: 1 but for experts
  /// @throws IllegalArgumentException if the tensor had other columns or matrices before
  public void add(
      String tensor,
      int columns,
      int index,
      int matrices,
      float[] values,
      int from,
      int stride,
      int count) {
    Sums sums = of(tensor, columns, matrices);
    int to = Math.multiplyExact(index, columns);
    for (int t = 0; t < count; t++) {
      add(values, from + t * stride, columns, sums.inputs, sums.squares, to);
    }
    sums.counts[index] += count;
  }

  private static void add(
      float[] values, int from, int columns, double[] inputs, double[] squares, int to) {
    for (int i = 0; i < columns; i++) {
      double x = values[from + i];
      inputs[to + i] += x;
      squares[to + i] += x * x;
    }
  }

  /// Adds what `other` has, as if each of its inputs had come `weight` times.
  ///
  /// @param weight finite, above 0
  /// @throws IllegalArgumentException if the two are not of one model
  public void add(ImportanceSums other, double weight) {
    if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("weight " + weight + ", wanted a finite one above 0");
    }
    other.tensors.forEach(
        (tensor, more) -> {
          Sums sums = of(tensor, more.columns(), more.counts.length);
          for (int i = 0; i < sums.counts.length; i++) {
            sums.counts[i] += weight * more.counts[i];
          }
          for (int i = 0; i < sums.inputs.length; i++) {
            sums.inputs[i] += weight * more.inputs[i];
            sums.squares[i] += weight * more.squares[i];
          }
        });
  }

  private Sums of(String tensor, int columns, int matrices) {
    Sums sums = tensors.computeIfAbsent(tensor, _ -> new Sums(columns, matrices));
    if (sums.columns() != columns || sums.counts.length != matrices) {
      throw new IllegalArgumentException(
          "%s has %d matrices of %d columns, and had %d of %d before"
              .formatted(tensor, matrices, columns, sums.counts.length, sums.columns()));
    }
    return sums;
  }

  /// The matrix so far, which does not change any more. A count that is not whole is rounded, and
  /// its sums with it, so that their means stay.
  ///
  /// @param name a file that messages may name
  /// @param datasets the texts that were read
  /// @param chunkSize tokens of a chunk, at least 1
  public ImportanceMatrix matrix(Path name, List<String> datasets, int chunkSize) {
    List<ImportanceEntry> entries = new ArrayList<>();
    tensors.forEach((tensor, sums) -> entries.add(sums.entry(tensor)));
    long most = entries.stream().mapToLong(ImportanceEntry::largestCount).max().orElse(0);
    int chunks = Math.toIntExact((most + chunkSize / 2) / chunkSize);
    return new ImportanceMatrix(
        name, new Origin(datasets, chunks, chunkSize, 0, false), entries, () -> {});
  }

  /// Sums of one tensor.
  private static final class Sums {
    final double[] inputs;
    final double[] squares;
    final double[] counts;

    Sums(int columns, int matrices) {
      inputs = new double[Math.multiplyExact(columns, matrices)];
      squares = new double[inputs.length];
      counts = new double[matrices];
    }

    int columns() {
      return inputs.length / counts.length;
    }

    ImportanceEntry entry(String tensor) {
      long[] whole = new long[counts.length];
      for (int i = 0; i < counts.length; i++) {
        whole[i] = counts[i] == 0 ? 0 : Math.max(1, Math.round(counts[i]));
      }
      return new ImportanceEntry(
          tensor, false, inputs.length, whole, rounded(squares, whole), rounded(inputs, whole));
    }

    private FloatSource rounded(double[] sums, long[] whole) {
      float[] values = new float[sums.length];
      int columns = columns();
      for (int i = 0; i < sums.length; i++) {
        int matrix = i / columns;
        values[i] = (float) (whole[matrix] == 0 ? 0 : sums[i] * (whole[matrix] / counts[matrix]));
      }
      return (from, count, out) -> System.arraycopy(values, from, out, 0, count);
    }
  }
}
