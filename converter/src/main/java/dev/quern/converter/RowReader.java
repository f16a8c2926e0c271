package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Reads a matrix whose rows lie in another order than they are wanted in.
///
/// @param source the weights as they lie
/// @param length weights of a row
/// @param order which row of the source each row is
record RowReader(WeightReader source, long length, RowOrder order) implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    if (length == 1) {
      readVector(first, count, out);
      return;
    }
    float[] part = new float[Math.toIntExact(Math.min(count, length))];
    int done = 0;
    while (done < count) {
      long row = (first + done) / length;
      long column = (first + done) % length;
      int run = (int) Math.min(count - done, length - column);
      source.read(order.source(row) * length + column, run, part);
      System.arraycopy(part, 0, out, done, run);
      done += run;
    }
  }

  @Override
  public Optional<BlockData> blocks() {
    return source
        .blocks()
        .filter(blocks -> length % blocks.type().blockSize() == 0 && blocks.scales().size() <= 1)
        .map(blocks -> new OrderedBlocks(blocks, length, order));
  }

  /// The blocks of rows in another order.
  private record OrderedBlocks(BlockData source, long length, RowOrder order) implements BlockData {
    @Override
    public GgmlType type() {
      return source.type();
    }

    @Override
    public List<Float> scales() {
      return source.scales();
    }

    @Override
    public List<Float> inputScales() {
      return source.inputScales();
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      long done = 0;
      while (done < count) {
        long row = (first + done) / length;
        long column = (first + done) % length;
        long run = Math.min(count - done, length - column);
        source.read(order.source(row) * length + column, run, into.asSlice(type().bytes(done)));
        done += run;
      }
    }
  }

  private void readVector(long first, int count, float[] out) {
    float[] one = new float[1];
    for (int i = 0; i < count; i++) {
      source.read(order.source(first + i), 1, one);
      out[i] = one[0];
    }
  }
}
