package dev.quern.converter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.Le;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// A small model of a family as a folder: its weights are a function of name, index and seed, the
/// same as in `src/test/golden/make-families.py`.
final class FamilyModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> DTYPES = List.of("BF16", "F16", "F32");

  private FamilyModel() {}

  /// Writes the model that `golden` describes.
  ///
  /// @param seed 1, 2 or 3, for weights in BF16, F16 or F32
  static void write(Path folder, Path tokenizers, JsonNode golden, int seed) throws IOException {
    Files.createDirectories(folder);
    Path tokenizer = tokenizers.resolve(golden.get("tokenizer").textValue());
    try (Stream<Path> files = Files.list(tokenizer)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    JSON.writeValue(folder.resolve("config.json").toFile(), golden.get("config"));
    writeWeights(folder.resolve("model.safetensors"), golden.get("tensors"), seed);
  }

  private static void writeWeights(Path path, JsonNode tensors, int seed) throws IOException {
    Map<String, byte[]> parts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      long count = 1;
      for (JsonNode extent : tensor.getValue()) {
        count *= extent.longValue();
      }
      parts.put(tensor.getKey(), bytes(tensor.getKey(), Math.toIntExact(count), seed));
    }
    ObjectNode header = JSON.createObjectNode();
    long at = 0;
    for (Map.Entry<String, byte[]> part : parts.entrySet()) {
      ObjectNode entry = header.putObject(part.getKey());
      entry.put("dtype", DTYPES.get(seed - 1));
      entry.set("shape", tensors.get(part.getKey()));
      entry.putArray("data_offsets").add(at).add(at + part.getValue().length);
      at += part.getValue().length;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] length = new byte[8];
    MemorySegment.ofArray(length).set(Le.LONG, 0, text.length);
    try (OutputStream out = Files.newOutputStream(path)) {
      out.write(length);
      out.write(text);
      for (byte[] part : parts.values()) {
        out.write(part);
      }
    }
  }

  private static byte[] bytes(String name, int count, int seed) {
    CRC32 start = new CRC32();
    start.update(name.getBytes(StandardCharsets.UTF_8));
    int size = seed == 3 ? 4 : 2;
    byte[] bytes = new byte[size * count];
    MemorySegment out = MemorySegment.ofArray(bytes);
    for (int i = 0; i < count; i++) {
      int x = (int) (start.getValue() + 7919L * seed + i) * 0x9E3779B1;
      x ^= x >>> 15;
      x *= 0x85EBCA77;
      float coarse = ((x >>> 24) - 128) / 256f;
      switch (seed) {
        case 1 -> out.set(Le.SHORT, 2L * i, (short) (Float.floatToRawIntBits(coarse) >>> 16));
        case 2 -> out.set(Le.SHORT, 2L * i, Float.floatToFloat16(coarse));
        default -> out.set(Le.FLOAT, 4L * i, ((x >>> 8) - (1 << 23)) / (float) (1 << 24));
      }
    }
    return bytes;
  }
}
