package dev.quern.converter;

import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A tensor whose rows are computed and encoded when they are read.
record ComputedTensor(TensorInfo info, WeightReader reader) implements TensorData {
  @Override
  public void read(long from, long count, MemorySegment into) {
    Objects.checkFromIndexSize(from, count, info.shape().rows());
    int length = Math.toIntExact(info.shape().rowLength());
    float[] row = new float[length];
    RowEncoder encoder = BlockCodecs.of(info.type()).newEncoder();
    for (long i = 0; i < count; i++) {
      reader.read((from + i) * length, length, row);
      encoder.encode(row, 0, length, into, i * info.rowBytes());
    }
  }
}
