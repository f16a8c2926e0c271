package dev.quern.formats.imatrix;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.imatrix.ImportanceMatrix.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Adds up several matrices of one model, as llama-imatrix does with several `--in-file`: in the
/// order given, in single precision. One matrix alone becomes what it writes of a single file.
///
/// The older format has lost how many inputs there were; `chunkSize` times the chunks stands for
/// them. It has no sums of the inputs either, so that these are dropped where it contributes.
public final class ImportanceMerge {
  /// Rows of a chunk where no file says.
  public static final int DEFAULT_CHUNK = 512;

  private final int defaultChunk;
  private final Map<String, ImportanceEntry> merged = new LinkedHashMap<>();
  private final List<String> datasets = new ArrayList<>();
  private int knownChunk;
  private int predictionLayers;
  private long largestCount;

  private ImportanceMerge(int defaultChunk) {
    this.defaultChunk = defaultChunk;
  }

  /// The sum of `matrices`, in no format yet. Its numbers are computed when they are wanted, from
  /// the files, which must stay open.
  ///
  /// @param matrices at least one
  /// @param chunkSize rows of a chunk, at least 1, until a file says; the first that says counts
  /// @throws MalformedFileException if a tensor has other numbers of columns or matrices than in an
  ///   earlier file
  public static ImportanceMatrix of(List<ImportanceMatrix> matrices, int chunkSize) {
    if (matrices.isEmpty() || chunkSize < 1) {
      throw new IllegalArgumentException("wanted matrices, and chunks of at least one row");
    }
    ImportanceMerge merge = new ImportanceMerge(chunkSize);
    matrices.forEach(merge::add);
    Origin origin =
        new Origin(
            merge.datasets,
            chunks(merge.largestCount, merge.chunkSize()),
            merge.chunkSize(),
            merge.predictionLayers,
            false);
    return new ImportanceMatrix(
        matrices.getFirst().path(), origin, merge.merged.values(), () -> {});
  }

  /// Chunks of so many rows, to the nearest.
  private static int chunks(long rows, int chunkSize) {
    return (int) ((rows + chunkSize / 2) / chunkSize);
  }

  private int chunkSize() {
    return knownChunk > 0 ? knownChunk : defaultChunk;
  }

  private void add(ImportanceMatrix matrix) {
    Origin origin = matrix.origin();
    if (predictionLayers == 0) {
      predictionLayers = origin.predictionLayers();
    }
    if (knownChunk == 0) {
      knownChunk = origin.chunkSize();
    }
    for (ImportanceEntry entry : matrix.entries()) {
      ImportanceEntry rows = entry.isLegacy() ? inRows(entry, chunkSize()) : entry;
      ImportanceEntry before = merged.get(entry.name());
      ImportanceEntry sum =
          before == null ? fromZero(rows) : sum(matrix, before, rows, entry.isLegacy());
      merged.put(entry.name(), sum);
      largestCount = Math.max(largestCount, sum.largestCount());
    }
    datasets.addAll(origin.datasets());
  }

  /// The first file is added to zeros, which makes zeros of its negative ones.
  private static ImportanceEntry fromZero(ImportanceEntry entry) {
    long[] counts = new long[entry.matrices()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = entry.count(i);
    }
    return new ImportanceEntry(
        entry.name(),
        false,
        entry.size(),
        counts,
        fromZero(entry::sums),
        entry.hasActivations() ? fromZero(entry::activations) : nothing());
  }

  private static FloatSource fromZero(FloatSource source) {
    return (from, count, out) -> {
      source.read(from, count, out);
      for (int i = 0; i < count; i++) {
        out[i] += 0f;
      }
    };
  }

  /// An entry that counts chunks as one that counts rows.
  private static ImportanceEntry inRows(ImportanceEntry entry, int chunkSize) {
    FloatSource sums =
        (from, count, out) -> {
          entry.sums(from, count, out);
          for (int i = 0; i < count; i++) {
            out[i] *= chunkSize;
          }
        };
    long[] counts = {entry.count(0) * chunkSize};
    return new ImportanceEntry(entry.name(), false, entry.size(), counts, sums, null);
  }

  private static ImportanceEntry sum(
      ImportanceMatrix matrix, ImportanceEntry a, ImportanceEntry b, boolean legacy) {
    if (a.size() != b.size()) {
      throw new MalformedFileException(
          matrix.path(),
          "%s has %d values, %d in a file before it: they are not of one model"
              .formatted(b.name(), b.size(), a.size()));
    }
    boolean broadcast = legacy || a.matrices() == 1;
    if (a.matrices() != b.matrices() && !broadcast) {
      throw new MalformedFileException(
          matrix.path(),
          "%s has %d counts, %d in a file before it: they are not of one model"
              .formatted(b.name(), b.matrices(), a.matrices()));
    }
    long[] counts = new long[Math.max(a.matrices(), b.matrices())];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = a.count(a.matrices() == 1 ? 0 : i) + b.count(b.matrices() == 1 ? 0 : i);
    }
    boolean activations = a.hasActivations() && b.hasActivations();
    return new ImportanceEntry(
        a.name(),
        false,
        a.size(),
        counts,
        sum(a::sums, b::sums),
        activations ? sum(a::activations, b::activations) : nothing());
  }

  private static @Nullable FloatSource nothing() {
    return null;
  }

  private static FloatSource sum(FloatSource a, FloatSource b) {
    return (from, count, out) -> {
      float[] more = new float[count];
      a.read(from, count, out);
      b.read(from, count, more);
      for (int i = 0; i < count; i++) {
        out[i] += more[i];
      }
    };
  }
}
