package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Copies blocks that stay as they are: decoding and encoding them again would not always give the
/// same bytes, and is work for nothing where it does.
final class RawCopy {
  private RawCopy() {}

  /// Writes those `deliveries` of `part` that have the source's own type. What has weights is read
  /// all the same, so that damaged ones are found.
  static void copy(Part part, List<Delivery> deliveries) throws IOException {
    Optional<MemorySegment> all = part.weight().inPlace();
    if (all.isPresent()) {
      GgmlType type = part.weight().info().type();
      MemorySegment bytes = all.get().asSlice(type.bytes(part.first()), type.bytes(part.count()));
      write(type, bytes, deliveries);
      return;
    }
    Optional<BlockData> blocks = part.weight().reader().blocks();
    if (blocks.isPresent()
        && deliveries.stream().anyMatch(one -> one.type() == blocks.get().type())) {
      repack(part, blocks.get(), deliveries);
    }
  }

  /// Writes the blocks that the source stores, byte for byte but for their places.
  private static void repack(Part part, BlockData blocks, List<Delivery> deliveries)
      throws IOException {
    long size = blocks.type().bytes(part.count());
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(size)]);
    blocks.read(part.first(), part.count(), bytes);
    write(blocks.type(), bytes, deliveries);
  }

  private static void write(GgmlType type, MemorySegment bytes, List<Delivery> deliveries)
      throws IOException {
    for (Delivery delivery : deliveries) {
      if (delivery.type() == type) {
        delivery.write(bytes);
      }
    }
  }

  /// True if there is nothing to be done but to count a part: it was copied, and its numbers are no
  /// weights that could be checked.
  static boolean isDone(Part part, List<Delivery> deliveries) {
    return BlockCodecs.find(part.weight().info().type()).isEmpty()
        && deliveries.stream().allMatch(Delivery::isWritten);
  }
}
