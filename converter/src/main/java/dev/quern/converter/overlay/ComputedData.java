package dev.quern.converter.overlay;

import dev.quern.formats.DType;
import dev.quern.formats.SourceData;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Numbers that are computed when they are read, a few at a time, and rounded to a type.
///
/// @param numbers what is computed
/// @param dtype the type that they are rounded to
/// @param elements how many there are
/// @param made how they come about, for a plan
record ComputedData(Numbers numbers, DType dtype, long elements, String made)
    implements SourceData {
  private static final int MOST = 1 << 18;

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, elements);
    Objects.checkFromIndexSize(0, dtype.bytes(count), into.byteSize());
    float[] part = new float[(int) Math.min(count, MOST)];
    for (long done = 0; done < count; done += part.length) {
      int length = (int) Math.min(count - done, part.length);
      numbers.read(first + done, length, part);
      Numbers.write(part, length, dtype, into, dtype.bytes(done));
    }
  }
}
