package dev.quern.engine;

import dev.quern.engine.kernel.RowDecoder;
import dev.quern.engine.kernel.RowKernels;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds tensors by name, checks their shapes, and notes which were asked for. Nothing is allocated
/// before a tensor is found to have the length.
final class TensorFinder {
  private final ModelView view;
  private final Activations activations;
  private final Set<String> used = new HashSet<>();

  TensorFinder(ModelView view, Activations activations) {
    this.view = view;
    this.activations = activations;
  }

  boolean has(String name) {
    return view.tensor(name).isPresent();
  }

  /// The tensor called `name`.
  ///
  /// @throws MalformedFileException if it is missing
  TensorData tensor(String name) {
    used.add(name);
    return view.tensor(name).orElseThrow(() -> malformed("tensor " + name + " is missing"));
  }

  /// The matrix `name` + `.weight` with its bias, if there is one.
  Matrix matrix(String name, long columns, long rows) {
    return matrices(name, columns, rows)[0];
  }

  /// The matrices of one tensor whose rows follow each other, with their biases.
  Matrix[] matrices(String name, long columns, long... rows) {
    return matrices(name, columns, rows, false);
  }

  /// The `count` matrices of a tensor of three extents, with their biases.
  Matrix[] stack(String name, long columns, long rows, int count) {
    long extent = tensor(name + ".weight").info().shape().extent(2);
    if (extent != count) {
      throw malformed(name + ".weight has " + extent + " matrices, wanted " + count);
    }
    long[] each = new long[count];
    Arrays.fill(each, rows);
    return matrices(name, columns, each, true);
  }

  private Matrix[] matrices(String name, long columns, long[] rows, boolean apart) {
    TensorData data = tensor(name + ".weight");
    TensorInfo info = data.info();
    Shape shape = info.shape();
    long all = Arrays.stream(rows).sum();
    if (shape.rowLength() != columns || shape.rows() != all || all > Integer.MAX_VALUE) {
      throw malformed(info.name() + " is " + shape + ", wanted " + columns + " x " + all);
    }
    RowDecoder decoder = decoder(info);
    float[] bias = bias(name + ".bias", (int) all, apart ? rows.length : 1);
    float[] scales = scales(name, apart ? rows.length : 1);
    Matrix[] parts = new Matrix[rows.length];
    int from = 0;
    for (int i = 0; i < rows.length; i++) {
      int end = from + (int) rows[i];
      TensorData part = rows.length == 1 ? data : new RowRange(data, from, rows[i]);
      float[] own = bias == null ? null : Arrays.copyOfRange(bias, from, end);
      parts[i] =
          new Matrix(
              part,
              decoder,
              own,
              scales[apart ? i : 0],
              activations,
              apart ? new Matrix.Place(i, rows.length) : Matrix.Place.ALONE);
      from = end;
    }
    return parts;
  }

  /// What the products of each matrix of `name` are multiplied with. How inputs are scaled before
  /// they are rounded to 4 bits does not matter here: they are not.
  private float[] scales(String name, int count) {
    used.add(name + ".input_scale");
    if (has(name + ".scale")) {
      return vector(name + ".scale", count);
    }
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private float @Nullable [] bias(String name, int all, int rows) {
    return has(name) ? rows(name, all / rows, rows) : null;
  }

  /// The numbers of a tensor of one row.
  float[] vector(String name, int length) {
    return rows(name, length, 1);
  }

  /// The same, or null if there is no such tensor.
  float @Nullable [] optionalVector(String name, int length) {
    return has(name) ? vector(name, length) : null;
  }

  /// The numbers of a tensor of several rows, one after another.
  float[] rows(String name, int length, int rows) {
    TensorData data = tensor(name);
    TensorInfo info = data.info();
    long all = Math.multiplyExact((long) length, rows);
    if (info.shape().elements() != all || info.shape().rowLength() != length) {
      throw malformed(
          name + " is " + info.shape() + ", wanted " + length + (rows == 1 ? "" : " x " + rows));
    }
    float[] values = new float[Math.toIntExact(all)];
    RowDecoder decoder = decoder(info);
    short[] scratch = new short[RowDecoder.SCRATCH];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(info.bytes(), 8);
      data.read(0, rows, bytes);
      for (int row = 0; row < rows; row++) {
        decoder.decode(bytes, row * info.rowBytes(), values, row * length, length, scratch);
      }
    }
    return values;
  }

  private RowDecoder decoder(TensorInfo info) {
    return RowKernels.decoder(info.type())
        .orElseThrow(
            () -> malformed(info.name() + " is " + info.type() + ", a type that cannot be run"));
  }

  /// A tensor that is not used would change what the model computes, so such a model is refused.
  void rejectStrangers(String architecture) {
    for (TensorInfo info : view.tensors()) {
      String name = info.name();
      boolean unneeded = name.endsWith(".attn_rot_embd") || name.endsWith(".attn_rot_embd.weight");
      if (!used.contains(name) && !unneeded) {
        throw malformed(
            "tensor " + name + " is not part of a model of architecture " + architecture);
      }
    }
  }

  MalformedFileException malformed(String problem) {
    return new MalformedFileException(Path.of(view.name()), problem);
  }
}
