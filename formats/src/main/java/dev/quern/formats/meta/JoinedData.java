package dev.quern.formats.meta;

import dev.quern.formats.DType;
import dev.quern.formats.SourceData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// A matrix whose parts, all of one shape, lie in several files: side by side, or one below the
/// other.
final class JoinedData implements SourceData {
  private final List<SourceData> parts;
  private final DType dtype;
  private final long partRows;
  private final long partLength;
  private final boolean sideBySide;

  /// @param dtype the type of the numbers
  /// @param partRows rows of each part
  /// @param partLength numbers of a row of each part
  /// @param sideBySide true if a row is made of a row of every part, false if the rows of the parts
  ///   follow each other
  JoinedData(
      List<SourceData> parts, DType dtype, long partRows, long partLength, boolean sideBySide) {
    this.parts = List.copyOf(parts);
    this.dtype = dtype;
    this.partRows = partRows;
    this.partLength = partLength;
    this.sideBySide = sideBySide;
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    long each = partRows * partLength;
    Objects.checkFromIndexSize(first, count, each * parts.size());
    long run = sideBySide ? partLength : each;
    long done = 0;
    while (done < count) {
      long at = first + done;
      long inRun = at % run;
      long length = Math.min(count - done, run - inRun);
      long block = at / run;
      int part = (int) (sideBySide ? block % parts.size() : block);
      long from = (sideBySide ? block / parts.size() * partLength : 0) + inRun;
      parts.get(part).read(from, length, into.asSlice(dtype.bytes(done), dtype.bytes(length)));
      done += length;
    }
  }
}
