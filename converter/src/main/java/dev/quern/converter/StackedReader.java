package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads several tensors of one size as if they lay one after another.
///
/// @param sources the tensors
/// @param size weights of each
record StackedReader(List<WeightReader> sources, long size) implements WeightReader {
  StackedReader {
    sources = List.copyOf(sources);
  }

  @Override
  public void read(long first, int count, float[] out) {
    if (first / size == (first + count - 1) / size) {
      sources.get(Math.toIntExact(first / size)).read(first % size, count, out);
      return;
    }
    float[] part = new float[count];
    int done = 0;
    while (done < count) {
      long at = first + done;
      int run = (int) Math.min(count - done, size - at % size);
      sources.get(Math.toIntExact(at / size)).read(at % size, run, part);
      System.arraycopy(part, 0, out, done, run);
      done += run;
    }
  }

  @Override
  public Optional<BlockData> blocks() {
    List<BlockData> all = sources.stream().flatMap(one -> one.blocks().stream()).toList();
    GgmlType type = all.isEmpty() ? GgmlType.F32 : all.getFirst().type();
    boolean alike =
        all.size() == sources.size()
            && all.stream().allMatch(one -> one.type() == type && one.scales().size() <= 1);
    return alike && type.divides(size) && !all.isEmpty()
        ? Optional.of(new StackedBlocks(all, size))
        : Optional.empty();
  }

  /// Blocks of several matrices, one after another.
  private record StackedBlocks(List<BlockData> sources, long size) implements BlockData {
    @Override
    public GgmlType type() {
      return sources.getFirst().type();
    }

    @Override
    public List<Float> scales() {
      return each(BlockData::scales);
    }

    @Override
    public List<Float> inputScales() {
      return each(BlockData::inputScales);
    }

    /// One number for each matrix, if any has another than 1.
    private List<Float> each(Function<BlockData, List<Float>> scales) {
      return sources.stream().allMatch(one -> scales.apply(one).isEmpty())
          ? List.of()
          : sources.stream().map(scales).map(one -> one.isEmpty() ? 1f : one.getFirst()).toList();
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      long done = 0;
      while (done < count) {
        long at = first + done;
        long run = Math.min(count - done, size - at % size);
        sources
            .get(Math.toIntExact(at / size))
            .read(at % size, run, into.asSlice(type().bytes(done)));
        done += run;
      }
    }
  }
}
