package dev.quern.formats.imatrix;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.imatrix.ImportanceMatrix.Origin;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Writes the GGUF format, statistics included.
final class GgufMatrixWriter {
  private static final List<String> SCHEMA =
      List.of(
          "sum_sq",
          "mean",
          "elements",
          "std_deviation",
          "skewness",
          "kurtosis",
          "gain",
          "h_norm",
          "l2_dist",
          "cossim",
          "pearson",
          "covariance");

  private final ImportanceMatrix matrix;
  private final OutputStream out;
  private final Map<String, TensorStatistics> statistics = new HashMap<>();

  GgufMatrixWriter(ImportanceMatrix matrix, OutputStream out) {
    this.matrix = matrix;
    this.out = out;
    ImportanceStatistics.of(matrix).tensors().forEach(one -> statistics.put(one.tensor(), one));
  }

  void write() throws IOException {
    List<TensorInfo> tensors = new ArrayList<>();
    matrix.entries().forEach(entry -> addTensors(entry, tensors));
    GgufLayout layout = GgufLayout.of(metadata(), tensors);
    out.write(layout.header().asByteBuffer().array());
    for (ImportanceEntry entry : matrix.entries()) {
      write(entry, layout.alignment());
    }
  }

  private SequencedMap<String, MetadataValue> metadata() {
    Origin origin = matrix.origin();
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put(GgufMatrixReader.TYPE, new Text("imatrix"));
    metadata.put(GgufMatrixReader.DATASETS, MetadataValue.Array.ofTexts(origin.datasets()));
    metadata.put(GgufMatrixReader.CHUNK_COUNT, new Uint32(origin.chunkCount()));
    metadata.put(GgufMatrixReader.CHUNK_SIZE, new Uint32(origin.chunkSize()));
    if (origin.predictionLayers() > 0) {
      metadata.put(GgufMatrixReader.PREDICTION_LAYERS, new Uint32(origin.predictionLayers()));
    }
    metadata.put("imatrix.stats_schema", MetadataValue.Array.ofTexts(SCHEMA));
    return metadata;
  }

  private static void addTensors(ImportanceEntry entry, List<TensorInfo> tensors) {
    Shape values = matrices(entry.columns(), entry.matrices());
    tensors.add(info(entry.name() + GgufMatrixReader.SUMS, values));
    tensors.add(info(entry.name() + GgufMatrixReader.COUNTS, matrices(1, entry.matrices())));
    if (entry.hasActivations()) {
      tensors.add(info(entry.name() + GgufMatrixReader.ACTIVATIONS, values));
    }
    tensors.add(info(entry.name() + ".stats", Shape.of(SCHEMA.size())));
  }

  private static Shape matrices(int columns, int matrices) {
    return matrices == 1 ? Shape.of(columns) : Shape.of(columns, matrices);
  }

  private static TensorInfo info(String name, Shape shape) {
    return new TensorInfo(name, GgmlType.F32, shape);
  }

  private void write(ImportanceEntry entry, int alignment) throws IOException {
    put(entry, entry::sums, alignment);
    float[] counts = new float[entry.matrices()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = entry.count(i);
    }
    put(counts, alignment);
    if (entry.hasActivations()) {
      put(entry, entry::activations, alignment);
    }
    @Nullable TensorStatistics known = statistics.get(entry.name());
    put(known == null ? new float[SCHEMA.size()] : known.schemaValues(), alignment);
  }

  private void put(ImportanceEntry entry, FloatSource source, int alignment) throws IOException {
    float[] values = new float[entry.size()];
    source.read(0, values.length, values);
    put(values, alignment);
  }

  private void put(float[] values, int alignment) throws IOException {
    ImportanceFiles.put(out, values, values.length);
    int rest = (int) (4L * values.length % alignment);
    out.write(new byte[rest == 0 ? 0 : alignment - rest]);
  }
}
