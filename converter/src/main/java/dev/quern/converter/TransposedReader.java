package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Reads matrices that lie transposed, one after another.
///
/// @param source the weights as they lie
/// @param length weights of a row as it is wanted: rows of each matrix as it lies
/// @param rows rows of each matrix as it is wanted
record TransposedReader(WeightReader source, long length, long rows) implements WeightReader {
  /// Hears of a run of the source, whose weights are wanted [#length] apart.
  @FunctionalInterface
  private interface Run {
    /// @param from the first weight in the source
    /// @param span how many follow each other there
    /// @param to the place of the first, counted from the first that is wanted; places before that
    ///   one and behind the last are not wanted
    void move(long from, int span, long to);
  }

  @Override
  public void read(long first, int count, float[] out) {
    float[] part = new float[longest(count)];
    forEachRun(
        first,
        count,
        (from, span, to) -> {
          source.read(from, span, part);
          for (int row = 0; row < span; row++) {
            long place = to + row * length;
            if (place >= 0 && place < count) {
              out[(int) place] = part[row];
            }
          }
        });
  }

  @Override
  public Optional<BlockData> blocks() {
    return source
        .blocks()
        .filter(blocks -> !blocks.type().isQuantized())
        .map(blocks -> new TransposedNumbers(this, blocks));
  }

  /// Plain numbers, byte for byte.
  private record TransposedNumbers(TransposedReader reader, BlockData source) implements BlockData {
    @Override
    public GgmlType type() {
      return source.type();
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      int size = type().blockBytes();
      MemorySegment part = MemorySegment.ofArray(new byte[reader.longest(count) * size]);
      reader.forEachRun(
          first,
          count,
          (from, span, to) -> {
            source.read(from, span, part);
            for (int row = 0; row < span; row++) {
              long place = to + row * reader.length;
              if (place >= 0 && place < count) {
                MemorySegment.copy(part, (long) row * size, into, place * size, size);
              }
            }
          });
    }
  }

  /// Weights of the longest run for `count` weights.
  private int longest(long count) {
    return Math.toIntExact(Math.min(rows, count / length + 2));
  }

  /// Weights `first` to `first + count` as they lie in the source.
  private void forEachRun(long first, long count, Run run) {
    long end = first + count;
    long size = length * rows;
    for (long base = first / size * size; base < end; base += size) {
      long from = Math.max(first, base) - base;
      long last = Math.min(end, base + size) - base - 1;
      long row = from / length;
      int span = Math.toIntExact(last / length - row + 1);
      long firstColumn = span == 1 ? from % length : 0;
      long lastColumn = span == 1 ? last % length : length - 1;
      for (long column = firstColumn; column <= lastColumn; column++) {
        run.move(base + column * rows + row, span, base + row * length + column - first);
      }
    }
  }
}
