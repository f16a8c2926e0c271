package dev.quern.formats.imatrix;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.imatrix.ImportanceMatrix.Origin;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the GGUF format.
final class GgufMatrixReader {
  static final String TYPE = "general.type";
  static final String DATASETS = "imatrix.datasets";
  static final String CHUNK_COUNT = "imatrix.chunk_count";
  static final String CHUNK_SIZE = "imatrix.chunk_size";
  static final String PREDICTION_LAYERS = "imatrix.n_layer_nextn";

  static final String SUMS = ".in_sum2";
  static final String COUNTS = ".counts";
  static final String ACTIVATIONS = ".in_sum";

  /// More tokens than anyone has; sums of several files stay far below 2^63.
  private static final long MOST_INPUTS = 1L << 48;

  private final GgufFile file;

  private GgufMatrixReader(GgufFile file) {
    this.file = file;
  }

  /// Reads `file`, which is closed with the matrix.
  static ImportanceMatrix read(GgufFile file) {
    GgufMatrixReader reader = new GgufMatrixReader(file);
    Origin origin = reader.readOrigin();
    return new ImportanceMatrix(file.path(), origin, reader.readEntries(), file::close);
  }

  private Origin readOrigin() {
    Metadata metadata = Metadata.of(file);
    metadata
        .optionalText(TYPE)
        .filter(type -> !type.equals("imatrix"))
        .ifPresent(
            type -> {
              throw malformed(
                  "not an importance matrix: %s is \"%s\", wanted \"imatrix\""
                      .formatted(TYPE, type));
            });
    return new Origin(
        metadata.texts(DATASETS),
        number(metadata, CHUNK_COUNT),
        number(metadata, CHUNK_SIZE),
        metadata.has(PREDICTION_LAYERS) ? number(metadata, PREDICTION_LAYERS) : 0,
        false);
  }

  private int number(Metadata metadata, String key) {
    long value = metadata.integer(key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw malformed("metadata %s is %d, wanted 0 to %d".formatted(key, value, Integer.MAX_VALUE));
    }
    return (int) value;
  }

  private List<ImportanceEntry> readEntries() {
    List<ImportanceEntry> entries = new ArrayList<>();
    for (TensorInfo info : file.tensors()) {
      Optional<String> name = stem(info.name(), SUMS);
      if (name.isPresent()) {
        entries.add(readEntry(name.get(), info));
      } else {
        stem(info.name(), COUNTS).ifPresent(owner -> requireSums(info, owner));
        stem(info.name(), ACTIVATIONS).ifPresent(owner -> requireSums(info, owner));
      }
    }
    if (entries.isEmpty()) {
      throw malformed("not an importance matrix: no tensor's name ends in " + SUMS);
    }
    return entries;
  }

  private static Optional<String> stem(String name, String suffix) {
    return name.length() > suffix.length() && name.endsWith(suffix)
        ? Optional.of(name.substring(0, name.length() - suffix.length()))
        : Optional.empty();
  }

  private void requireSums(TensorInfo info, String owner) {
    if (file.tensor(owner + SUMS).isEmpty()) {
      throw malformed("there is a tensor " + info.name() + " but no " + owner + SUMS);
    }
  }

  private ImportanceEntry readEntry(String name, TensorInfo info) {
    MemorySegment sums = floats(info.name());
    MemorySegment inputs = floats(name + COUNTS);
    int size = Math.toIntExact(sums.byteSize() / 4);
    long[] counts = counts(name, inputs, size);
    int columns = size / counts.length;
    return new ImportanceEntry(
        name,
        false,
        size,
        counts,
        ImportanceMatrix.checked(file.path(), info.name(), columns, sums, false),
        activations(name + ACTIVATIONS, columns, size));
  }

  private long[] counts(String name, MemorySegment inputs, int size) {
    int matrices = Math.toIntExact(inputs.byteSize() / 4);
    if (size % matrices != 0) {
      throw malformed(
          "%s has %d values, no multiple of its %d counts".formatted(name + SUMS, size, matrices));
    }
    ImportanceMatrix.checked(file.path(), name + COUNTS, 1, inputs, false);
    long[] counts = new long[matrices];
    for (int i = 0; i < matrices; i++) {
      // half away from zero, as the reference rounds
      counts[i] = (long) Math.floor(inputs.getAtIndex(Le.FLOAT, i) + 0.5);
      if (counts[i] > MOST_INPUTS) {
        throw malformed(
            "%s is %d at %d, wanted at most %d"
                .formatted(name + COUNTS, counts[i], i, MOST_INPUTS));
      }
    }
    return counts;
  }

  private @Nullable FloatSource activations(String name, int columns, int size) {
    if (file.tensor(name).isEmpty()) {
      return null;
    }
    MemorySegment sums = floats(name);
    if (sums.byteSize() != 4L * size) {
      throw malformed(
          "%s has %d values, wanted %d as in the sums of squares"
              .formatted(name, sums.byteSize() / 4, size));
    }
    return ImportanceMatrix.checked(file.path(), name, columns, sums, true);
  }

  private MemorySegment floats(String name) {
    TensorData tensor =
        file.tensor(name).orElseThrow(() -> malformed("there is no tensor " + name));
    TensorInfo info = tensor.info();
    if (info.type() != GgmlType.F32) {
      throw malformed("%s is %s, wanted F32".formatted(name, info.type()));
    }
    long elements = info.shape().elements();
    if (elements < 1 || elements > Integer.MAX_VALUE - 8) {
      throw malformed("%s has %d values, wanted 1 to 2^31".formatted(name, elements));
    }
    return tensor.mapped().orElseThrow();
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(file.path(), problem);
  }
}
