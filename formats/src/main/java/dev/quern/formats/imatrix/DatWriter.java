package dev.quern.formats.imatrix;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Writes the older format.
final class DatWriter {
  private final ImportanceMatrix matrix;
  private final OutputStream out;

  DatWriter(ImportanceMatrix matrix, OutputStream out) {
    this.matrix = matrix;
    this.out = out;
  }

  void write() throws IOException {
    List<ImportanceEntry> stored =
        matrix.entries().stream().filter(entry -> entry.largestCount() > 0).toList();
    ImportanceFiles.put(out, stored.size());
    for (ImportanceEntry entry : stored) {
      write(entry);
    }
    ImportanceFiles.put(out, matrix.origin().chunkCount());
    List<String> datasets = matrix.origin().datasets();
    ImportanceFiles.put(out, datasets.isEmpty() ? "" : datasets.getLast());
  }

  private void write(ImportanceEntry entry) throws IOException {
    ImportanceFiles.put(out, entry.name());
    int chunks = Math.toIntExact(Math.ceilDiv(entry.largestCount(), matrix.origin().chunkSize()));
    ImportanceFiles.put(out, chunks);
    ImportanceFiles.put(out, entry.size());
    int columns = entry.columns();
    float[] values = new float[columns];
    for (int i = 0; i < entry.matrices(); i++) {
      entry.sums(i * columns, columns, values);
      float count = entry.count(i);
      for (int j = 0; j < columns; j++) {
        float mean = count == 0 ? 1 : values[j] / count;
        values[j] = mean * chunks;
      }
      ImportanceFiles.put(out, values, columns);
    }
  }
}
