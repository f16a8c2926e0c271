package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A tensor whose blocks lie elsewhere in the source than they are wanted.
record MovedTensor(TensorInfo info, BlockData blocks) implements TensorData {
  @Override
  public void read(long from, long count, MemorySegment into) {
    Objects.checkFromIndexSize(from, count, info.shape().rows());
    long length = info.shape().rowLength();
    blocks.read(from * length, count * length, into);
  }
}
