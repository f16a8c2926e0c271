package dev.quern.converter.overlay;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// The rows of heads whose rotary pairs are neighbours, in halves: row `p * half + i` of a head is
/// row `2 i + p` of it in the source. The rows of a vector are its elements.
///
/// @param source has them in pairs
/// @param length of a row
/// @param half half the rows of a head
record HalvedRows(SourceTensor source, long length, long half) implements SourceData {

  /// `tensor` with the rows of each of `heads` heads in halves.
  static SourceTensor of(SourceTensor tensor, long heads) {
    long length = tensor.shape().rank() == 1 ? 1 : tensor.shape().rowLength();
    long rows = tensor.shape().elements() / Math.max(1, length);
    if (heads < 1 || rows % (2 * heads) != 0) {
      throw new MalformedFileException(
          tensor.file(),
          "tensor %s has %d rows, which are no %d heads of even length"
              .formatted(tensor.name(), rows, heads));
    }
    HalvedRows data = new HalvedRows(tensor, length, rows / heads / 2);
    return new SourceTensor(tensor.name(), tensor.dtype(), tensor.shape(), data, tensor.file());
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, source.shape().elements());
    long done = 0;
    while (done < count) {
      long row = (first + done) / length;
      long column = (first + done) % length;
      long run = Math.min(length - column, count - done);
      long at = source.dtype().bytes(done);
      source
          .data()
          .read(paired(row) * length + column, run, into.asSlice(at, source.dtype().bytes(run)));
      done += run;
    }
  }

  private long paired(long row) {
    long head = row / (2 * half);
    long inHead = row % (2 * half);
    return head * 2 * half + 2 * (inHead % half) + inHead / half;
  }

  @Override
  public String made() {
    return source.data().made();
  }

  @Override
  public Optional<String> encoding() {
    return source.data().encoding();
  }
}
