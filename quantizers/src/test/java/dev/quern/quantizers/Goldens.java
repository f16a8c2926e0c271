package dev.quern.quantizers;

import dev.quern.formats.GgmlType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The files that `make-goldens.py` and `make-library-goldens.py` of `src/test/golden` made with
/// the reference implementation.
final class Goldens {
  /// Weights in a group: three rows of 768.
  static final int GROUP = 3 * 768;

  private Goldens() {}

  /// Names of the groups, in the order of their weights.
  static List<String> groups() {
    return lines("groups.txt");
  }

  /// The weights of all groups.
  static float[] inputs() {
    return floats("inputs.f32");
  }

  /// Two rows of importance, one after the other.
  static float[] importance() {
    return floats("importance.f32");
  }

  /// `group, row of importance: CRC-32` of what the reference makes of the weights.
  static List<String> weighted(GgmlType type) {
    List<String> sums = lines(type + ".weighted");
    List<String> groups = groups();
    return IntStream.range(0, sums.size())
        .mapToObj(
            i ->
                "%s, %d: %s"
                    .formatted(groups.get(i % groups.size()), i / groups.size(), sums.get(i)))
        .toList();
  }

  private static float[] floats(String name) {
    byte[] bytes = read(name);
    float[] x = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(x);
    return x;
  }

  /// What llama-quantize makes of the weights of all groups.
  static byte[] blocks(GgmlType type) {
    return read(type + ".bin");
  }

  /// CRC-32 of what gguf-py decodes from the blocks of each group, in hexadecimal.
  static List<String> decoded(GgmlType type) {
    return lines(type + ".decoded");
  }

  /// Bytes to be read as blocks of any type.
  static byte[] randomBytes() {
    return read("random.bin");
  }

  /// CRC-32 of what the reference decodes from [#randomBytes], in hexadecimal.
  static Map<GgmlType, String> decodedRandomBytes() {
    return lines("random.decoded").stream()
        .map(line -> line.split(" ", 2))
        .collect(Collectors.toMap(words -> GgmlType.valueOf(words[0]), words -> words[1]));
  }

  private static List<String> lines(String name) {
    return new String(read(name), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] read(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
