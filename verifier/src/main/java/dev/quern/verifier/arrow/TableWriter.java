package dev.quern.verifier.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// Writes one table as an Arrow IPC file, compressed with Zstandard, row by row.
///
/// The file appears under its name when the table is finished, and not at all when it is not.
final class TableWriter implements AutoCloseable {
  private static final int LEVEL = 3;

  private final Path target;
  private final Path part;
  private final RootAllocator allocator = new RootAllocator();
  private final VectorSchemaRoot root;
  private final FileChannel channel;
  private final ArrowFileWriter writer;
  private int rows;

  /// Begins a table of `fields` for `target`; `facts` become the schema's metadata.
  ///
  /// @throws UncheckedIOException if it cannot be written
  TableWriter(Path target, List<Field> fields, Map<String, String> facts) {
    this.target = target;
    part = target.resolveSibling(target.getFileName() + ".part");
    root = VectorSchemaRoot.create(new Schema(fields, facts), allocator);
    try {
      channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      writer =
          new ArrowFileWriter(
              root,
              null,
              channel,
              Map.of(),
              IpcOption.DEFAULT,
              CommonsCompressionFactory.INSTANCE,
              CodecType.ZSTD,
              Optional.of(LEVEL));
      writer.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Begins the next row, and says how many there are in the batch without it.
  int next() {
    return rows++;
  }

  int rows() {
    return rows;
  }

  /// A column, for values of a kind that has no method here.
  FieldVector column(String name) {
    return root.getVector(name);
  }

  void put(String name, int row, int value) {
    ((IntVector) root.getVector(name)).setSafe(row, value);
  }

  void put(String name, int row, long value) {
    ((BigIntVector) root.getVector(name)).setSafe(row, value);
  }

  void put(String name, int row, float value) {
    ((Float4Vector) root.getVector(name)).setSafe(row, value);
  }

  void put(String name, int row, double value) {
    ((Float8Vector) root.getVector(name)).setSafe(row, value);
  }

  void put(String name, int row, boolean value) {
    ((BitVector) root.getVector(name)).setSafe(row, value ? 1 : 0);
  }

  void put(String name, int row, String value) {
    ((VarCharVector) root.getVector(name)).setSafe(row, value.getBytes(StandardCharsets.UTF_8));
  }

  /// A value, or none if it is NaN.
  void putKnown(String name, int row, double value) {
    Float8Vector vector = (Float8Vector) root.getVector(name);
    if (Double.isNaN(value)) {
      vector.setNull(row);
    } else {
      vector.setSafe(row, value);
    }
  }

  /// Writes the rows since the last batch as a record batch.
  void writeBatch() {
    root.setRowCount(rows);
    try {
      writer.writeBatch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    root.clear();
    rows = 0;
  }

  /// Completes the table and gives it its name.
  void finish() {
    try {
      if (rows > 0) {
        writeBatch();
      }
      writer.end();
      channel.force(true);
      writer.close();
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
      channel.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      root.close();
      allocator.close();
    }
  }
}
