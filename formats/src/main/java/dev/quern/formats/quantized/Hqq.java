package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.StoredTensors.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// HQQ as its library writes it to safetensors, with scales that are not quantized themselves.
///
/// | tensor | content |
/// |---|---|
/// | `P.shape` | rows and columns of the weights |
/// | `P.nbits`, `P.group_size`, `P.axis` | width, weights of a group, and whether a group is a column (0) or a row (1) of the matrix of numbers |
/// | `P.W_q` | the matrix of numbers cut into bands of rows that lie in one byte, the first in the highest bits; 3 bits: ten bands in a word |
/// | `P.scale`, `P.zero` | one for each group; `(q - zero) * scale`, each step in their type |
final class Hqq implements QuantizationMethod {
  private static final Map<Integer, Integer> BANDS = Map.of(8, 1, 4, 2, 3, 10, 2, 4, 1, 8);

  @Override
  public List<String> names() {
    return List.of("hqq");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".W_q").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    for (SourceTensor weight : tensors.endingIn(".W_q")) {
      String prefix = StoredTensors.stem(weight, "W_q");
      new Module(tensors, weight, prefix).decode();
    }
  }

  /// A quantized module.
  ///
  /// @param prefix of the names of its tensors
  private record Module(StoredTensors tensors, SourceTensor weight, String prefix) {

    private void decode() {
      refuseNested();
      Shape shape = shape();
      int bits = Math.toIntExact(Math.clamp(required("nbits"), 0, 99));
      long group = required("group_size");
      long axis = required("axis");
      if (!BANDS.containsKey(bits) || axis < 0 || axis > 1) {
        throw StoredTensors.malformed(
            weight,
            "has %d bits and axis %d, wanted 1, 2, 3, 4 or 8 bits and axis 0 or 1"
                .formatted(bits, axis));
      }
      if (group < 1 || shape.elements() % group != 0) {
        throw StoredTensors.malformed(
            weight, "has groups of %d, which do not divide %s".formatted(group, shape));
      }
      long groups = shape.elements() / group;
      long columns = axis == 1 ? group : groups;
      long rows = axis == 1 ? groups : group;
      long step = (rows - 1) / BANDS.getOrDefault(bits, 1) + 1;
      StoredTensors.checkShape(weight, Shape.of(columns, step), weight);
      HqqMatrix matrix = matrix(bits, columns, step, axis == 1, groups, shape);
      String encoding = "HQQ %d bit, groups of %d".formatted(bits, group);
      Weights made =
          new Weights(prefix + "weight", matrix.scales.dtype(), shape, matrix, encoding, null);
      tensors.replace(weight, made);
      tensors.leaveOut(
          name ->
              name.startsWith(prefix) && !name.equals(prefix + "bias") && !name.endsWith("W_q"));
    }

    private void refuseNested() {
      for (String nested : List.of("quant_scale", "quant_zero", "view_as_float")) {
        if (number(nested).orElse(0L) != 0) {
          throw StoredTensors.malformed(
              weight, "was quantized by HQQ with " + nested + ", which is not read");
        }
      }
    }

    private HqqMatrix matrix(
        int bits, long columns, long step, boolean byRow, long groups, Shape shape) {
      SourceTensor scale = tensors.require(prefix + "scale", weight);
      SourceTensor zero = tensors.require(prefix + "zero", weight);
      if (scale.shape().elements() != groups || zero.shape().elements() != groups) {
        throw StoredTensors.malformed(
            scale,
            "is %s and %s is %s, wanted %d of each"
                .formatted(scale.shape(), zero.name(), zero.shape(), groups));
      }
      Numbers scales = StoredTensors.numbers(scale, DType.F16, DType.BF16, DType.F32);
      DType stored = bits == 3 ? DType.I32 : DType.U8;
      StoredBytes words = StoredTensors.numbers(weight, stored).bytes();
      int length = (int) Math.min(Integer.MAX_VALUE, shape.rowLength());
      return new HqqMatrix(
          new Bands(words, bits, BANDS.getOrDefault(bits, 1), columns, step),
          scales,
          StoredTensors.numbers(zero, scale.dtype()),
          byRow,
          length);
    }

    private Shape shape() {
      SourceTensor shape = tensors.require(prefix + "shape", weight);
      Numbers numbers = StoredTensors.numbers(shape, DType.I64, DType.I32);
      if (shape.shape().elements() != 2) {
        throw StoredTensors.malformed(shape, "has no two extents");
      }
      long rows = (long) numbers.at(0);
      long columns = (long) numbers.at(1);
      if (rows < 1 || columns < 1 || rows > 1 << 24 || columns > 1 << 24) {
        throw StoredTensors.malformed(
            shape, "gives %d rows of %d, wanted 1 to 2^24 of each".formatted(rows, columns));
      }
      return Shape.of(columns, rows);
    }

    private long required(String key) {
      return number(key)
          .orElseThrow(
              () ->
                  new MalformedFileException(
                      weight.file(),
                      "tensor %s is quantized, but there is no %s to decode it with"
                          .formatted(weight.name(), prefix + key)));
    }

    private Optional<Long> number(String key) {
      Optional<SourceTensor> tensor = tensors.find(prefix + key);
      if (tensor.isPresent() && tensor.get().shape().elements() != 1) {
        throw StoredTensors.malformed(tensor.get(), "is not one number");
      }
      return tensor.map(
          one -> (long) StoredTensors.numbers(one, DType.U8, DType.I32, DType.I64).at(0));
    }
  }

  /// Numbers in bands of rows, the first band in the highest bits.
  ///
  /// @param columns of the matrix of numbers
  /// @param step rows of a band
  private record Bands(StoredBytes words, int bits, int bands, long columns, long step) {
    int at(long row, long column) {
      long word = row % step * columns + column;
      int value = bits == 3 ? words.intAt(4 * word) : words.byteAt(word);
      int shift = bits * (int) (bands - 1 - row / step);
      return (value >>> shift) & ((1 << bits) - 1);
    }
  }

  /// A matrix whose weights, counted along its rows, are those of the matrix of numbers.
  ///
  /// @param byRow true if a group is a row of the matrix of numbers
  /// @param length weights of a row
  private record HqqMatrix(Bands numbers, Numbers scales, Numbers zeros, boolean byRow, int length)
      implements RowDecoder {
    @Override
    public void decode(long first, int rows, float[] out) {
      long at = first * length;
      int count = rows * length;
      for (int i = 0; i < count; i++) {
        long row = (at + i) / numbers.columns;
        long column = (at + i) % numbers.columns;
        long group = byRow ? row : column;
        float shifted = rounded(numbers.at(row, column) - zeros.at(group));
        out[i] = shifted * scales.at(group);
      }
    }

    private float rounded(float value) {
      return switch (scales.dtype()) {
        case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
        case BF16 -> Float.intBitsToFloat(Numbers.toBfloat16(value) << 16);
        default -> value;
      };
    }
  }
}
