package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Int8Kernel;
import dev.quern.engine.kernel.Interleaving;
import dev.quern.engine.kernel.PairProduct;
import dev.quern.engine.kernel.RowDecoder;
import dev.quern.engine.kernel.RowKernels;
import dev.quern.engine.kernel.RowProduct;
import dev.quern.engine.kernel.RowSample;
import dev.quern.engine.kernel.RowTwin;
import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A weight matrix where it lies, with the loops for its type and the bias of its rows.
final class Matrix {
  final int rows;
  final int columns;
  final GgmlType type;
  final long rowBytes;
  final RowDecoder decoder;

  /// The loop for single vectors; without one, rows are decoded first.
  final @Nullable RowProduct product;

  /// The loop for single vectors of 8 bits, if it may be used.
  final @Nullable Int8Kernel int8;

  /// The loop for single vectors of BF16, if it may be used.
  final @Nullable PairProduct pairs;

  /// The loops for rows in groups, if they may be used.
  final @Nullable GroupKernel groups;

  /// One number for each row, if the model has them.
  final float @Nullable [] bias;

  /// What products and decoded rows are multiplied with.
  final float scale;

  /// The rows in place; without them, rows are read into scratch.
  final @Nullable MemorySegment mapped;

  /// All rows in groups, when they were repacked.
  @Nullable MemorySegment packed;

  private final TensorData data;
  private final InputObserver.WeightMatrix described;

  /// Which of the matrices of a tensor it is.
  record Place(int index, int count) {
    static final Place ALONE = new Place(0, 1);
  }

  /// The caller has checked that both extents fit in an `int` and that there is a decoder.
  Matrix(
      TensorData data,
      RowDecoder decoder,
      float @Nullable [] bias,
      float scale,
      Activations activations,
      Place place) {
    TensorInfo info = data.info();
    this.rows = Math.toIntExact(info.shape().rows());
    this.columns = Math.toIntExact(info.shape().rowLength());
    this.type = info.type();
    this.rowBytes = info.rowBytes();
    this.decoder = decoder;
    this.product = RowKernels.product(info.type()).orElse(null);
    this.int8 =
        switch (activations) {
          case FLOAT -> null;
          case INT8 -> RowKernels.int8(info.type()).orElse(null);
        };
    this.pairs =
        switch (activations) {
          case FLOAT -> null;
          case INT8 -> RowKernels.pairs(info.type()).orElse(null);
        };
    this.groups =
        switch (activations) {
          case FLOAT -> null;
          case INT8 -> RowKernels.groups(info.type()).orElse(null);
        };
    this.bias = bias;
    this.scale = scale;
    this.mapped = data.mapped().orElse(null);
    this.data = data;
    this.described = new InputObserver.WeightMatrix(info.name(), columns, place.index, place.count);
  }

  /// The segment that holds `count` rows from row `from`: the map, or `scratch` after reading.
  MemorySegment rows(int from, int count, WorkerScratch scratch) {
    if (mapped != null) {
      return mapped;
    }
    MemorySegment into = scratch.rowBuffer();
    data.read(from, count, into);
    return into;
  }

  /// Bytes of a packed group.
  long groupBytes() {
    return rowBytes * Interleaving.ROWS;
  }

  /// Number of packed groups.
  int groupCount() {
    return (rows + Interleaving.ROWS - 1) / Interleaving.ROWS;
  }

  /// The loops that must be tried on rows of a model before they are fast, if it has such.
  @Nullable RowTwin tried() {
    if (pairs != null) {
      return pairs;
    }
    return product instanceof RowTwin twin ? twin : null;
  }

  /// Some of the rows, for trying `twin` on them: zeros, if they are not mapped.
  RowSample sample(RowTwin twin) {
    if (mapped != null) {
      return new RowSample(twin, mapped, rows, columns);
    }
    MemorySegment zeros = Arena.ofAuto().allocate(RowProduct.AT_ONCE * rowBytes, 64);
    return new RowSample(twin, zeros, RowProduct.AT_ONCE, columns);
  }

  /// Where row `from` begins in the segment of [#rows].
  long offset(int from) {
    return mapped != null ? from * rowBytes : 0;
  }

  /// What an observer is told of it.
  InputObserver.WeightMatrix described() {
    return described;
  }

  /// Decodes row `row` to `out` from index `to`.
  void decodeRow(int row, float[] out, int to, WorkerScratch scratch) {
    decoder.decode(rows(row, 1, scratch), offset(row), out, to, columns, scratch.halves);
    if (scale != 1) {
      for (int i = to; i < to + columns; i++) {
        out[i] *= scale;
      }
    }
  }
}
