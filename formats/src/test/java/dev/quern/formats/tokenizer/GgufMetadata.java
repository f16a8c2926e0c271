package dev.quern.formats.tokenizer;

import dev.quern.formats.Le;
import dev.quern.formats.MappedFile;
import dev.quern.formats.MetadataValue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the metadata of GGUF files that are known to be good, for tests.
final class GgufMetadata {
  private final MemorySegment bytes;
  private long at = 8;

  private GgufMetadata(MemorySegment bytes) {
    this.bytes = bytes;
  }

  static Map<String, MetadataValue> read(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      GgufMetadata reader = new GgufMetadata(mapped.bytes());
      reader.readLong();
      long count = reader.readLong();
      Map<String, MetadataValue> metadata = new LinkedHashMap<>();
      for (long i = 0; i < count; i++) {
        String key = reader.readText();
        metadata.put(key, reader.readValue(reader.readInt()));
      }
      return metadata;
    }
  }

  private long readLong() {
    return bytes.get(Le.LONG, (at += 8) - 8);
  }

  private int readInt() {
    return bytes.get(Le.INT, (at += 4) - 4);
  }

  private byte readByte() {
    return bytes.get(Le.BYTE, at++);
  }

  private String readText() {
    int length = Math.toIntExact(readLong());
    byte[] text = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    at += length;
    return new String(text, StandardCharsets.UTF_8);
  }

  private MetadataValue readValue(int type) {
    return switch (type) {
      case 0 -> new MetadataValue.Uint8(readByte() & 0xff);
      case 4 -> new MetadataValue.Uint32(Integer.toUnsignedLong(readInt()));
      case 5 -> new MetadataValue.Int32(readInt());
      case 6 -> new MetadataValue.Float32(Float.intBitsToFloat(readInt()));
      case 7 -> new MetadataValue.Bool(readByte() != 0);
      case 8 -> new MetadataValue.Text(readText());
      case 9 -> {
        int element = readInt();
        long count = readLong();
        List<MetadataValue> values = new ArrayList<>();
        for (long i = 0; i < count; i++) {
          values.add(readValue(element));
        }
        yield new MetadataValue.Array(element, values);
      }
      case 10 -> new MetadataValue.Uint64(readLong());
      default -> throw new AssertionError("type " + type);
    };
  }
}
