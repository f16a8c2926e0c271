package dev.quern.formats.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes a safetensors file, byte for byte as the reference library does: tensors by type, widest
/// first, then by name, and a header padded with spaces to a multiple of 8 bytes.
public final class SafetensorsWriter {
  private static final long CHUNK = 1 << 30;

  /// Numbers that are gathered at a time; whole bytes of every type.
  private static final long PART = 1 << 20;

  private SafetensorsWriter() {}

  /// A tensor to write.
  ///
  /// @param name unique in the file
  /// @param dtype type of its numbers
  /// @param shape extents, row length first; the file has them in reverse
  /// @param data its numbers; borrowed until the file is written, and read a few at a time unless
  ///   they are mapped
  public record Entry(String name, DType dtype, Shape shape, SourceData data) {
    /// A tensor whose numbers lie in `bytes`, little-endian.
    public Entry(String name, DType dtype, Shape shape, MemorySegment bytes) {
      this(name, dtype, shape, new SourceTensor(name, dtype, shape, bytes, Path.of("")).data());
    }

    /// A tensor of a checkpoint under its own name.
    public static Entry of(SourceTensor tensor) {
      return new Entry(tensor.name(), tensor.dtype(), tensor.shape(), tensor.data());
    }

    /// All its numbers, in place or as a copy.
    public MemorySegment bytes() {
      return new SourceTensor(name, dtype, shape, data, Path.of("")).bytes();
    }

    long byteSize() {
      return dtype.bytes(shape.elements());
    }
  }

  /// Writes `entries` and the strings `metadata` to `target`. A file that is there is replaced once
  /// the new one is complete.
  ///
  /// @throws IllegalArgumentException if two entries have one name
  /// @throws UncheckedIOException if the disk refuses
  public static void write(Path target, Map<String, String> metadata, List<Entry> entries) {
    List<Entry> ordered =
        entries.stream()
            .sorted(Comparator.comparing(Entry::dtype).reversed().thenComparing(Entry::name))
            .toList();
    if (entries.stream().map(Entry::name).distinct().count() < entries.size()) {
      throw new IllegalArgumentException("two tensors have one name");
    }
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    try {
      try {
        writeAll(partial, header(metadata, ordered), ordered);
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeAll(Path file, byte[] header, List<Entry> entries) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, length.putLong(header.length).flip());
      writeFully(channel, ByteBuffer.wrap(header));
      for (Entry entry : entries) {
        write(channel, entry);
      }
      channel.force(true);
    }
  }

  private static void write(FileChannel channel, Entry entry) throws IOException {
    Optional<MemorySegment> mapped = entry.data.mapped();
    if (mapped.isPresent()) {
      long size = entry.byteSize();
      for (long at = 0; at < size; at += CHUNK) {
        long count = Math.min(CHUNK, size - at);
        writeFully(channel, mapped.get().asSlice(at, count).asByteBuffer());
      }
      return;
    }
    long elements = entry.shape.elements();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment part = arena.allocate(entry.dtype.bytes(Math.min(PART, elements)));
      for (long at = 0; at < elements; at += PART) {
        long count = Math.min(PART, elements - at);
        entry.data.read(at, count, part);
        writeFully(channel, part.asSlice(0, entry.dtype.bytes(count)).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static byte[] header(Map<String, String> metadata, List<Entry> entries) {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      json.append("\"__metadata__\":{");
      new TreeMap<>(metadata)
          .forEach((key, value) -> json.append(quote(key) + ":" + quote(value) + ","));
      json.setLength(json.length() - 1);
      json.append("},");
    }
    long at = 0;
    for (Entry entry : entries) {
      long end = at + entry.byteSize();
      json.append(quote(entry.name)).append(":{\"dtype\":\"").append(entry.dtype);
      json.append("\",\"shape\":").append(extents(entry.shape));
      json.append(",\"data_offsets\":[" + at + "," + end + "]},");
      at = end;
    }
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    json.append('}');
    int bytes = json.toString().getBytes(UTF_8).length;
    json.repeat(' ', Math.ceilDiv(bytes, 8) * 8 - bytes);
    return json.toString().getBytes(UTF_8);
  }

  private static String extents(Shape shape) {
    return shape.extents().reversed().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      switch (unit) {
        case '"', '\\' -> quoted.append('\\').append(unit);
        case '\b' -> quoted.append("\\b");
        case '\f' -> quoted.append("\\f");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (unit < ' ') {
            quoted.append(String.format("\\u%04x", (int) unit));
          } else {
            quoted.append(unit);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
