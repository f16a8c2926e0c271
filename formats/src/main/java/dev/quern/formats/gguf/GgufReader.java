package dev.quern.formats.gguf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads and checks everything before the weights.
final class GgufReader {
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;
  static final int LONGEST_NAME = 65535;

  private static final Set<String> OLDER_FORMATS = Set.of("lmgg", "fmgg", "tjgg", "algg");

  private final Path file;
  private final MemorySegment bytes;
  private final GgufCursor in;
  private final HeapBudget budget;

  private GgufReader(Path file, MemorySegment bytes, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.in = new GgufCursor(file, bytes, 0, true);
    this.budget = budget;
  }

  /// Reads the header of `bytes`, the whole of `file`.
  static GgufHeader read(Path file, MemorySegment bytes, HeapBudget budget) {
    return new GgufReader(file, bytes, budget).read();
  }

  private GgufHeader read() {
    checkMagic();
    int version = readVersion();
    in.useWideLengths(version > 1);
    long tensorCount = in.readLength("number of tensors", 2L * in.lengthBytes() + 8);
    long pairCount = in.readLength("number of metadata pairs", in.lengthBytes() + 5L);
    Map<String, MetadataValue> metadata = readMetadata(pairCount);
    int alignment = alignment(metadata);
    GgufTensorTable table = new GgufTensorTable(in, budget, alignment);
    List<GgufTensor> tensors = table.read(tensorCount);
    return new GgufHeader(version, alignment, metadata, tensors, table.dataStart());
  }

  private void checkMagic() {
    if (bytes.byteSize() < 4) {
      throw new MalformedFileException(
          file, "the file has " + bytes.byteSize() + " bytes, a GGUF file has at least 16");
    }
    byte[] magic = bytes.asSlice(0, 4).toArray(Le.BYTE);
    String text = new String(magic, ISO_8859_1);
    if (OLDER_FORMATS.contains(text)) {
      throw new MalformedFileException(file, "a GGML file from before GGUF, which cannot be read");
    }
    if (!text.equals("GGUF")) {
      throw new MalformedFileException(
          file,
          ("not a GGUF file: it begins with bytes " + HexFormat.ofDelimiter(" ").formatHex(magic))
              + ", wanted 47 47 55 46 (at byte 0)");
    }
    in.take("magic", 4);
  }

  private int readVersion() {
    long version = in.readUint32("version");
    if (version > 0 && (version & 0xffff) == 0) {
      throw in.malformed(
          4, "a big-endian GGUF file, which cannot be read: fetch or make a little-endian one");
    }
    if (version < 1 || version > 3) {
      throw in.malformed(4, "version is " + version + ", wanted 1 to 3");
    }
    return (int) version;
  }

  private Map<String, MetadataValue> readMetadata(long count) {
    GgufValues values = new GgufValues(in, budget);
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      long at = in.position();
      String key = in.readText("key " + i, LONGEST_NAME);
      budget.charge(file, "metadata", 160);
      budget.chargeText(file, "metadata", in.position() - at);
      if (key.isEmpty()) {
        throw in.malformed(at, "key " + i + " of the metadata is empty");
      }
      if (metadata.put(key, values.read(key, in.readType(key))) != null) {
        throw in.malformed(at, "key " + key + " occurs twice in the metadata");
      }
    }
    return Collections.unmodifiableMap(metadata);
  }

  private int alignment(Map<String, MetadataValue> metadata) {
    MetadataValue value = metadata.get(ALIGNMENT_KEY);
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    if (value instanceof MetadataValue.Uint32(long alignment)
        && GgufLayout.isAlignment(alignment)) {
      return (int) alignment;
    }
    throw new MalformedFileException(
        file,
        (ALIGNMENT_KEY + " is " + value.display() + " (" + value.type() + ")")
            + ", wanted a power of two from 8 to 1048576 (UINT32)");
  }
}
