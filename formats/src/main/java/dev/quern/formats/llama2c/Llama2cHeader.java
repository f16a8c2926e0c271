package dev.quern.formats.llama2c;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/// What a file says of its model.
///
/// @param version 0, 1 or 2
/// @param shared true if the token embedding is the output matrix
/// @param group weights that share a scale; 0 where they are floats
record Llama2cHeader(
    int version,
    int width,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int vocabulary,
    int context,
    boolean shared,
    int group) {
  private static final int MAGIC = 0x616b3432;
  private static final int START = 256;
  private static final int LARGEST = 1 << 22;

  /// The header of a file whose size is what its header says, or that has the mark; empty
  /// otherwise.
  static Optional<Llama2cHeader> find(MemorySegment bytes) {
    if (bytes.byteSize() < 28) {
      return Optional.empty();
    }
    if (bytes.get(Le.INT, 0) == MAGIC) {
      int version = bytes.get(Le.INT, 4);
      return bytes.byteSize() < START || version < 1 || version > 2
          ? Optional.empty()
          : Optional.of(at(bytes, version)).filter(Llama2cHeader::isPlausible);
    }
    return Optional.of(at(bytes, 0))
        .filter(header -> header.isPlausible() && header.size() == bytes.byteSize());
  }

  /// True if `bytes` begin with the mark of versions 1 and 2.
  static boolean isMarked(MemorySegment bytes) {
    return bytes.byteSize() >= 4 && bytes.get(Le.INT, 0) == MAGIC;
  }

  private static Llama2cHeader at(MemorySegment bytes, int version) {
    int[] numbers = new int[7];
    for (int i = 0; i < 7; i++) {
      numbers[i] = bytes.get(Le.INT, (version == 0 ? 0 : 8) + 4L * i);
    }
    boolean shared = version == 0 ? numbers[5] > 0 : bytes.get(Le.BYTE, 36) != 0;
    return new Llama2cHeader(
        version,
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        version == 0 ? Math.abs(numbers[5]) : numbers[5],
        numbers[6],
        shared,
        version == 2 ? bytes.get(Le.INT, 37) : 0);
  }

  private boolean isPlausible() {
    for (int number :
        new int[] {width, hidden, layers, heads, keyValueHeads, vocabulary, context}) {
      if (number < 1 || number > LARGEST) {
        return false;
      }
    }
    return layers <= 4096
        && width % heads == 0
        && heads % keyValueHeads == 0
        && width / heads % 2 == 0
        && vocabulary > 3
        && (version < 2 || (group > 0 && width % group == 0 && hidden % group == 0));
  }

  /// Where weights begin.
  long start() {
    return version == 0 ? 28 : START;
  }

  private long keys() {
    return (long) width / heads * keyValueHeads;
  }

  /// Weights of all matrices without the output.
  private long matrices() {
    long layer = 2L * width * width + 2L * width * keys() + 3L * width * hidden;
    return (long) vocabulary * width + layers * layer;
  }

  private long norms() {
    return (2L * layers + 1) * width;
  }

  /// Bytes of a file with this header; the products fit, since each factor is at most 2^22.
  long size() {
    long weights = matrices() + (shared ? 0 : (long) vocabulary * width);
    long tables = version == 0 ? (long) context * (width / heads) : 0;
    long plain = norms() + tables + (group == 0 ? weights : weights / group);
    return start() + 4 * plain + (group == 0 ? 0 : weights);
  }

  void check(Path path, long found) {
    if (size() != found) {
      throw new MalformedFileException(
          path,
          "the file has %d bytes, a llama2.c model of version %d with its header has %d"
              .formatted(found, version, size()));
    }
  }
}
