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

  @Override
  public void decode(long first, int rows, float[] out) {
    float[] scale = new float[rows];
    int[] zero = new int[rows];
    for (int group = 0; group < count; group++) {
      for (int row = 0; row < rows; row++) {
        scale[row] = scales.at(group * outputs + first + row);
        zero[row] = zeros.at(group, first + row);
      }
      if (groups == null) {
        int end = Math.min(inputs, (group + 1) * perGroup);
        for (int input = group * perGroup; input < end; input++) {
          column(input, first, scale, zero, out);
        }
      } else {
        for (int input = 0; input < inputs; input++) {
          if (groups.applyAsInt(input) == group) {
            column(input, first, scale, zero, out);
          }
        }
      }
    }
  }

  private void column(int input, long first, float[] scale, int[] zero, float[] out) {
    for (int row = 0; row < scale.length; row++) {
      out[row * inputs + input] = (weights.at(input, first + row) - zero[row]) * scale[row];
    }
  }
}
