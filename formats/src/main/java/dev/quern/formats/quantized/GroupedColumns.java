package dev.quern.formats.quantized;

import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A matrix that is stored transposed, `(q - zero) * scale` with a zero and a scale for each group
/// of inputs and each output.
///
/// @param inputs length of a row of the weights
/// @param perGroup inputs of a group, if they lie in order
/// @param groups the group of each input, or null if they lie in order
/// @param count how many groups there are
/// @param scales one for each output, group after group
/// @param outputs rows of the weights
record GroupedColumns(
    int inputs,
    int perGroup,
    @Nullable IntUnaryOperator groups,
    int count,
    Numbers scales,
    long outputs,
    Stored weights,
    Stored zeros)
    implements RowDecoder {

  /// Small whole numbers.
  interface Stored {
    /// The number for the output `output` and the input or group `row`.
    int at(long row, long output);
  }

  /// How such weights are stored, in a few words.
  ///
  /// @param type what the numbers are
  String display(String type) {
    return "%s, groups of %d%s"
        .formatted(type, perGroup, groups == null ? "" : ", in an order of their own");
  }

  @Override
  public void decode(long first, int rows, float[] out) {
    float[] scale = new float[count * rows];
    int[] zero = new int[count * rows];
    for (int group = 0; group < count; group++) {
      for (int row = 0; row < rows; row++) {
        scale[group * rows + row] = scales.at(group * outputs + first + row);
        zero[group * rows + row] = zeros.at(group, first + row);
      }
    }
    for (int input = 0; input < inputs; input++) {
      int cell = rows * (groups == null ? input / perGroup : groups.applyAsInt(input));
      for (int row = 0; row < rows; row++) {
        int shifted = weights.at(input, first + row) - zero[cell + row];
        out[row * inputs + input] = shifted * scale[cell + row];
      }
    }
  }
}
