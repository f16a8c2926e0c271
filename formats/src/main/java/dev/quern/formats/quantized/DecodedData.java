package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.SourceData;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Numbers that are decoded when they are read, some rows at a time.
final class DecodedData implements SourceData {
  /// Numbers that are decoded at a time, if a row is not longer.
  private static final int TILE = 1 << 16;

  private final RowDecoder decoder;
  private final DType dtype;
  private final long rows;
  private final int length;
  private final String encoding;
  private final @Nullable BlockData blocks;

  /// @param dtype what decoded numbers are rounded to: F32, F16 or BF16
  /// @param encoding how they are stored, in a few words
  /// @param blocks the same numbers as blocks of GGML, or null if they are none
  DecodedData(
      RowDecoder decoder,
      DType dtype,
      long rows,
      int length,
      String encoding,
      @Nullable BlockData blocks) {
    this.decoder = decoder;
    this.dtype = dtype;
    this.rows = rows;
    this.length = length;
    this.encoding = encoding;
    this.blocks = blocks;
  }

  @Override
  public Optional<String> encoding() {
    return Optional.of(encoding);
  }

  @Override
  public Optional<BlockData> blocks() {
    return Optional.ofNullable(blocks);
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, rows * length);
    Objects.checkFromIndexSize(0, dtype.bytes(count), into.byteSize());
    if (count == 0) {
      return;
    }
    long firstRow = first / length;
    long endRow = (first + count - 1) / length + 1;
    int tile = (int) Math.min(endRow - firstRow, Math.max(1, TILE / length));
    float[] decoded = new float[tile * length];
    long done = 0;
    for (long row = firstRow; row < endRow; row += tile) {
      int now = (int) Math.min(tile, endRow - row);
      decoder.decode(row, now, decoded);
      int from = (int) (first + done - row * length);
      int run = (int) Math.min(count - done, (long) now * length - from);
      write(decoded, from, run, into, done);
      done += run;
    }
  }

  private void write(float[] decoded, int from, int run, MemorySegment into, long at) {
    for (int i = 0; i < run; i++) {
      float value = decoded[from + i];
      switch (dtype) {
        case F32 -> into.set(Le.FLOAT, 4 * (at + i), value);
        case F16 -> into.set(Le.SHORT, 2 * (at + i), Float.floatToFloat16(value));
        case BF16 -> into.set(Le.SHORT, 2 * (at + i), Numbers.toBfloat16(value));
        default -> throw new IllegalStateException(dtype + " is not what weights are decoded to");
      }
    }
  }
}
