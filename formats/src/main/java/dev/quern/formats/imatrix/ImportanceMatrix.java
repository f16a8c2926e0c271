package dev.quern.formats.imatrix;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// An importance matrix: one entry for each weight tensor whose inputs were watched, sorted by
/// name. It is immutable and may be read by any thread; its numbers are borrowed from its file
/// until it is closed.
public final class ImportanceMatrix implements AutoCloseable {
  private static final int GGUF = 0x46554747;
  private static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private final Path path;
  private final Origin origin;
  private final SequencedMap<String, ImportanceEntry> entries;
  private final Runnable unmap;

  /// Where the numbers come from.
  ///
  /// @param datasets the texts that the model read
  /// @param chunkCount how many chunks of them
  /// @param chunkSize tokens of a chunk; 0 if it is not known
  /// @param predictionLayers layers for multi-token prediction at the end of the model
  /// @param legacy true if this is a file of the older format
  public record Origin(
      List<String> datasets, int chunkCount, int chunkSize, int predictionLayers, boolean legacy) {
    public Origin {
      datasets = List.copyOf(datasets);
    }
  }

  ImportanceMatrix(Path path, Origin origin, Collection<ImportanceEntry> entries, Runnable unmap) {
    this.path = path;
    this.origin = origin;
    this.unmap = unmap;
    SequencedMap<String, ImportanceEntry> sorted = new TreeMap<>(BY_BYTES);
    entries.forEach(entry -> sorted.put(entry.name(), entry));
    this.entries = Collections.unmodifiableSequencedMap(sorted);
  }

  /// Maps `path`, a file of either format, and checks every number in it.
  ///
  /// @throws MalformedFileException if it is neither, is damaged, or holds a sum or a count that is
  ///   negative or not finite
  public static ImportanceMatrix open(Path path) {
    MappedFile mapped = MappedFile.open(path);
    boolean isGguf = mapped.bytes().byteSize() >= 4 && mapped.bytes().get(Le.INT, 0) == GGUF;
    if (!isGguf) {
      return closingOnFailure(mapped::close, () -> DatReader.read(mapped, HeapBudget.ofThisJvm()));
    }
    mapped.close();
    GgufFile file = GgufFile.open(path);
    return closingOnFailure(file::close, () -> GgufMatrixReader.read(file));
  }

  private static ImportanceMatrix closingOnFailure(
      Runnable close, java.util.function.Supplier<ImportanceMatrix> reader) {
    try {
      return reader.get();
    } catch (RuntimeException e) {
      close.run();
      throw e;
    }
  }

  /// The file, or the first of those that were merged.
  public Path path() {
    return path;
  }

  /// The same matrix under another name, which files that are made with it will carry. It takes the
  /// place of this one, and closes its file.
  public ImportanceMatrix called(Path name) {
    return new ImportanceMatrix(name, origin, entries.values(), unmap);
  }

  /// Where the numbers come from.
  public Origin origin() {
    return origin;
  }

  /// All entries, sorted by the bytes of their names.
  public Collection<ImportanceEntry> entries() {
    return entries.values();
  }

  /// The entry of the weight tensor `name`, if there is one.
  public Optional<ImportanceEntry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  @Override
  public void close() {
    unmap.run();
  }

  /// The floats of `bytes`, all of them checked.
  ///
  /// @param what whose they are, for messages
  static FloatSource checked(
      Path file, String what, int columns, MemorySegment bytes, boolean mayBeNegative) {
    long count = bytes.byteSize() / 4;
    for (long i = 0; i < count; i++) {
      float value = bytes.getAtIndex(Le.FLOAT, i);
      if (!Float.isFinite(value) || (value < 0 && !mayBeNegative)) {
        throw new MalformedFileException(
            file,
            "%s is %s at column %d of matrix %d, wanted a finite number%s; make the matrix again"
                .formatted(
                    what, value, i % columns, i / columns, mayBeNegative ? "" : " of at least 0"));
      }
    }
    return FloatSource.of(bytes);
  }
}
