package dev.quern.converter;

import dev.quern.converter.Conversion.Destination;
import dev.quern.converter.Conversion.Part;
import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Copies blocks that stay as they are: decoding and encoding them again would not always give the
/// same bytes.
final class RawCopy {
  private RawCopy() {}

  /// Copies `part` to the destinations of its own type and returns the part with the others. What
  /// has 16 or 32 bits is not copied but read, so that damaged weights are found.
  static Part copy(Part part) throws IOException {
    Optional<BlockData> blocks = part.weight().reader().blocks();
    if (blocks.isPresent()) {
      return repack(part, blocks.get());
    }
    GgmlType type = part.weight().info().type();
    if (part.weight().inPlace().isEmpty() || isPlain(type)) {
      return part;
    }
    MemorySegment all = part.weight().inPlace().get();
    MemorySegment bytes = all.asSlice(type.bytes(part.first()), type.bytes(part.count()));
    List<Destination> others = new ArrayList<>();
    for (Destination destination : part.destinations()) {
      if (destination.tensor().info().type() == type) {
        destination
            .file()
            .write(bytes.asByteBuffer(), destination.tensor().offset() + type.bytes(part.first()));
      } else {
        others.add(destination);
      }
    }
    return new Part(part.weight(), part.first(), part.count(), part.importance(), others);
  }

  /// Writes `part` to the destinations of the type that the source stores, byte for byte but for
  /// their places, and returns the part with the others.
  private static Part repack(Part part, BlockData blocks) throws IOException {
    GgmlType type = blocks.type();
    List<Destination> others = new ArrayList<>();
    MemorySegment bytes = null;
    for (Destination destination : part.destinations()) {
      if (destination.tensor().info().type() != type) {
        others.add(destination);
        continue;
      }
      if (bytes == null) {
        bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(part.count()))]);
        blocks.read(part.first(), part.count(), bytes);
      }
      destination
          .file()
          .write(bytes.asByteBuffer(), destination.tensor().offset() + type.bytes(part.first()));
    }
    return new Part(part.weight(), part.first(), part.count(), part.importance(), others);
  }

  /// True if there is nothing to be done but to count a part: it was copied, and its numbers are no
  /// weights that could be checked.
  static boolean isDone(Part part) {
    return part.destinations().isEmpty() && BlockCodecs.find(part.weight().info().type()).isEmpty();
  }

  private static boolean isPlain(GgmlType type) {
    return type == GgmlType.F32 || type == GgmlType.F16 || type == GgmlType.BF16;
  }
}
