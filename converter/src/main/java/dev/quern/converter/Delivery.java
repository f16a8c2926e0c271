package dev.quern.converter;

import dev.quern.converter.Part.Destination;
import dev.quern.formats.GgmlType;
import dev.quern.quantizers.ErrorSums;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A part on its way to one of its destinations: one worker's, until it is entered.
final class Delivery {
  private final Part part;
  private final Destination destination;
  private final boolean journalled;
  private boolean written;
  private int checksum;
  private @Nullable ErrorSums sums;

  /// @param journalled whether the checksum of what is written will be asked for
  Delivery(Part part, Destination destination, boolean journalled) {
    this.part = part;
    this.destination = destination;
    this.journalled = journalled;
  }

  /// What it is stored as.
  GgmlType type() {
    return destination.tensor().info().type();
  }

  boolean isWritten() {
    return written;
  }

  /// Writes the first of `bytes`, as many as the part has there.
  void write(MemorySegment bytes) throws IOException {
    ByteBuffer buffer = bytes.asSlice(0, size()).asByteBuffer();
    if (journalled) {
      checksum = checksum(buffer.duplicate());
    }
    destination.file().write(buffer, offset());
    written = true;
  }

  /// What the part cost there.
  void measured(ErrorSums cost) {
    sums = cost;
  }

  /// What the part cost there, or null if it was not measured.
  @Nullable ErrorSums sums() {
    return sums;
  }

  /// CRC-32C of what was written.
  int checksum() {
    return checksum;
  }

  /// True if the file has what an earlier conversion wrote, by its checksum; it counts as written
  /// then, at this cost.
  boolean isThere(int earlier, @Nullable ErrorSums cost) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size()));
    destination.file().read(bytes, offset());
    checksum = checksum(bytes.flip());
    sums = cost;
    written = checksum == earlier;
    return written;
  }

  /// Adds what the part cost to its tensor's ledger.
  void enter() {
    if (sums != null) {
      destination.errors().enter(part.first(), part.count(), sums);
    }
  }

  private long size() {
    return type().bytes(part.count());
  }

  private long offset() {
    return destination.tensor().offset() + type().bytes(part.first());
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }
}
