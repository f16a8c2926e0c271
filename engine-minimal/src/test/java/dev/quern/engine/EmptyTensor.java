package dev.quern.engine;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;

/// A tensor that is announced but must never be read.
record EmptyTensor(GgmlType type, long length, long rows) implements TensorData {
  @Override
  public TensorInfo info() {
    return new TensorInfo("blk.0.attn_v.weight", type, Shape.of(length, rows));
  }

  @Override
  public void read(long from, long count, MemorySegment into) {
    throw new AssertionError("read");
  }
}
