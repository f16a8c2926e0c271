package dev.quern.formats.flax;

import dev.quern.formats.DType;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The numbers of tensors of one type, which follow each other.
final class ChunkedData implements SourceData {
  private final List<SourceTensor> chunks;
  private final DType dtype;
  private final long[] starts;

  /// @param chunks at least one
  ChunkedData(List<SourceTensor> chunks) {
    this.chunks = List.copyOf(chunks);
    this.dtype = chunks.getFirst().dtype();
    this.starts = new long[chunks.size() + 1];
    for (int i = 0; i < chunks.size(); i++) {
      starts[i + 1] = starts[i] + chunks.get(i).shape().elements();
    }
  }

  long elements() {
    return starts[chunks.size()];
  }

  @Override
  public Optional<MemorySegment> mapped() {
    return chunks.size() == 1 ? chunks.getFirst().data().mapped() : Optional.empty();
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, elements());
    int found = Arrays.binarySearch(starts, first);
    int chunk = found < 0 ? -found - 2 : found;
    for (long done = 0; done < count; chunk++) {
      long from = first + done - starts[chunk];
      long run = Math.min(count - done, starts[chunk + 1] - starts[chunk] - from);
      chunks.get(chunk).data().read(from, run, into.asSlice(dtype.bytes(done), dtype.bytes(run)));
      done += run;
    }
  }
}
