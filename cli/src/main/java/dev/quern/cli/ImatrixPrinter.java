package dev.quern.cli;

import dev.quern.formats.imatrix.ImportanceEntry;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceStatistics;
import dev.quern.formats.imatrix.ImportanceStatistics.BlockStatistics;
import dev.quern.formats.imatrix.TensorStatistics;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// Prints what an importance matrix says, under the reference's names.
final class ImatrixPrinter {
  private final PrintWriter out;

  ImatrixPrinter(PrintWriter out) {
    this.out = out;
  }

  void print(ImportanceMatrix matrix, ImportanceStatistics statistics, boolean json) {
    if (json) {
      JsonOutput.print(document(matrix, statistics), out);
      return;
    }
    origin(matrix);
    tensors(statistics);
    blocks(statistics);
    idle(matrix);
  }

  private void origin(ImportanceMatrix matrix) {
    out.printf(
        "%s: %s, %s of %s, %s%n",
        matrix.path(),
        Units.count(matrix.entries().size(), "tensor"),
        Units.count(matrix.origin().chunkCount(), "chunk"),
        matrix.origin().chunkSize() == 0
            ? "unknown size"
            : Units.count(matrix.origin().chunkSize(), "token"),
        matrix.origin().datasets().isEmpty()
            ? "data set not named"
            : String.join(", ", matrix.origin().datasets()));
  }

  private void tensors(ImportanceStatistics statistics) {
    out.printf(
        "%n      Mean    StdDev       Skew       Kurt   H Norm        ∑ E[A²]   Gain    L2 Dist"
            + "      PCC      Cov  Tensor%n");
    for (TensorStatistics tensor : statistics.tensors()) {
      out.printf(
          Locale.ROOT,
          "%10.4f%10.4f%11.4f%11.4f%8.2f%%%15.4f%7.2f%11.4f%9.4f%9.4f  %s%n",
          tensor.mean(),
          tensor.deviation(),
          tensor.skewness(),
          tensor.kurtosis(),
          tensor.evenness(),
          tensor.energy(),
          tensor.gain(),
          tensor.distance(),
          tensor.correlation(),
          tensor.covariance(),
          tensor.tensor());
    }
  }

  private void blocks(ImportanceStatistics statistics) {
    out.printf(
        Locale.ROOT,
        "%n%6s%15s%7s%11s%9s%9s%12s%n",
        "Layer",
        "∑ E[A²]",
        "Gain",
        "L2 Dist",
        "CosSim",
        "PCC",
        "Cov");
    for (BlockStatistics block : statistics.blocks()) {
      out.printf(
          Locale.ROOT,
          "%6d%15.4f%7.2f%11.4f%9.4f%9.4f%12.4f%n",
          block.block(),
          block.energy(),
          block.gain(),
          block.distance(),
          block.cosine(),
          block.correlation(),
          block.covariance());
    }
  }

  private void idle(ImportanceMatrix matrix) {
    for (ImportanceEntry entry : matrix.entries()) {
      List<Integer> idle = idle(entry);
      if (!idle.isEmpty()) {
        out.printf("%s: nothing was measured for matrix %s%n", entry.name(), idle);
      }
    }
  }

  /// Experts of `matrix` that saw no input.
  static long idleMatrices(ImportanceMatrix matrix) {
    return matrix.entries().stream().mapToLong(entry -> idle(entry).size()).sum();
  }

  private static List<Integer> idle(ImportanceEntry entry) {
    return IntStream.range(0, entry.matrices()).filter(entry::isIdle).boxed().toList();
  }

  private static Map<String, Object> document(
      ImportanceMatrix matrix, ImportanceStatistics statistics) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("path", matrix.path().toString());
    document.put("datasets", matrix.origin().datasets());
    document.put("chunk_count", matrix.origin().chunkCount());
    document.put("chunk_size", matrix.origin().chunkSize());
    document.put("entries", matrix.entries().size());
    document.put(
        "tensors",
        statistics.tensors().stream()
            .map(one -> tensor(one, matrix.entry(one.tensor()).orElseThrow()))
            .toList());
    document.put("layers", statistics.blocks().stream().map(ImatrixPrinter::block).toList());
    return document;
  }

  private static Map<String, Object> tensor(TensorStatistics tensor, ImportanceEntry entry) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", tensor.tensor());
    document.put("values", entry.size());
    document.put("matrices", entry.matrices());
    document.put("idle_matrices", idle(entry));
    document.put("sum_sq", tensor.energy());
    number(document, "mean", tensor.mean());
    document.put("elements", tensor.elements());
    number(document, "std_deviation", tensor.deviation());
    number(document, "skewness", tensor.skewness());
    number(document, "kurtosis", tensor.kurtosis());
    number(document, "gain", tensor.gain());
    number(document, "h_norm", tensor.evenness());
    number(document, "l2_dist", tensor.distance());
    number(document, "cossim", tensor.cosine());
    number(document, "pearson", tensor.correlation());
    number(document, "covariance", tensor.covariance());
    return document;
  }

  private static Map<String, Object> block(BlockStatistics block) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("layer", block.block());
    number(document, "sum_sq", block.energy());
    number(document, "gain", block.gain());
    number(document, "l2_dist", block.distance());
    number(document, "cossim", block.cosine());
    number(document, "pearson", block.correlation());
    number(document, "covariance", block.covariance());
    return document;
  }

  /// JSON has no NaN: what has no meaning is left out.
  private static void number(Map<String, Object> document, String key, float value) {
    if (Float.isFinite(value)) {
      document.put(key, value);
    }
  }
}
