package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorData;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Reads a tensor whose rows are made when they are read.
record RowsReader(TensorData tensor) implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    GgmlType type = tensor.info().type();
    long length = tensor.info().shape().rowLength();
    MemorySegment rows = rows(first, count);
    int skipped = (int) (first % length);
    if (skipped % type.blockSize() == 0 && count % type.blockSize() == 0) {
      BlockCodecs.of(type).decode(rows, type.bytes(skipped), out, 0, count);
      return;
    }
    float[] all =
        new float[Math.toIntExact(rows.byteSize() / type.blockBytes() * type.blockSize())];
    BlockCodecs.of(type).decode(rows, 0, all, 0, all.length);
    System.arraycopy(all, skipped, out, 0, count);
  }

  /// The whole rows that weights `first` to `first + count` lie in.
  private MemorySegment rows(long first, long count) {
    long length = tensor.info().shape().rowLength();
    long from = first / length;
    long rows = count == 0 ? 0 : (first + count - 1) / length + 1 - from;
    byte[] bytes = new byte[Math.toIntExact(rows * tensor.info().rowBytes())];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    tensor.read(from, rows, segment);
    return segment;
  }

  @Override
  public Optional<BlockData> blocks() {
    return tensor.info().type().isQuantized() ? Optional.of(new Blocks(this)) : Optional.empty();
  }

  @Override
  public Optional<String> encoding() {
    return tensor.encoding();
  }

  /// The rows as they are made.
  private record Blocks(RowsReader reader) implements BlockData {
    @Override
    public GgmlType type() {
      return reader.tensor.info().type();
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      MemorySegment rows = reader.rows(first, count);
      long skipped = type().bytes(first % reader.tensor.info().shape().rowLength());
      MemorySegment.copy(rows, skipped, into, 0, type().bytes(count));
    }
  }
}
