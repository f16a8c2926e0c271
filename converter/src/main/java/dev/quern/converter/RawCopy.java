package dev.quern.converter;

import dev.quern.converter.Conversion.Destination;
import dev.quern.converter.Conversion.Part;
import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Copies blocks that stay as they are: decoding and encoding them again would not always give the
/// same bytes.
final class RawCopy {
  private RawCopy() {}

  /// Copies `part` to the destinations of its own type and returns the part with the others. What
  /// has 16 or 32 bits is not copied but read, so that damaged weights are found.
  static Part copy(Part part) throws IOException {
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
    return new Part(part.weight(), part.first(), part.count(), others);
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
