package dev.quern.formats.imatrix;

/// The distribution of one tensor's inputs over its columns.
///
/// @param energy sum of the mean squares
/// @param mean of the mean inputs, or of the mean squares if that is all there is
/// @param elements columns that were counted
/// @param second sum of the squares of the deviations from the mean
/// @param third sum of their cubes
/// @param fourth sum of their fourth powers
/// @param entropy of the energy, in bits
record InputMoments(
    double energy,
    double mean,
    long elements,
    double second,
    double third,
    double fourth,
    double entropy) {
  private static final double PER_BIT = 1.0 / StrictMath.log(2.0);
  private static final double SMALLEST_SHARE = 1e-10;
  private static final float SMALLEST_DEVIATION = 1e-10f;

  /// The moments of `entry`, where each matrix counts that had inputs.
  static InputMoments of(ImportanceEntry entry) {
    float[] squares = new float[entry.size()];
    float[] inputs = new float[entry.hasActivations() ? entry.size() : 0];
    entry.sums(0, squares.length, squares);
    if (entry.hasActivations()) {
      entry.activations(0, inputs.length, inputs);
    }
    return new Pass(entry, squares, inputs).moments();
  }

  float deviation() {
    double variance = elements > 1 ? second / elements : 0;
    return (float) Math.sqrt((float) Math.max(variance, 0));
  }

  float skewness() {
    double square = second / elements;
    return deviation() > SMALLEST_DEVIATION
        ? (float) (third / elements / (square * Math.sqrt(square)))
        : 0;
  }

  float kurtosis() {
    double square = second / elements;
    return deviation() > SMALLEST_DEVIATION
        ? (float) (fourth / elements / (square * square) - 3)
        : 0;
  }

  /// Two passes over the columns: sums and mean, then what needs the mean.
  private static final class Pass {
    private final ImportanceEntry entry;
    private final float[] squares;
    private final float[] inputs;
    private double sum;
    private double mean;
    private double energy;
    private long elements;
    private double second;
    private double third;
    private double fourth;
    private double entropy;

    Pass(ImportanceEntry entry, float[] squares, float[] inputs) {
      this.entry = entry;
      this.squares = squares;
      this.inputs = inputs;
    }

    InputMoments moments() {
      walk(this::first);
      walk(this::second);
      return new InputMoments(sum, mean, elements, second, third, fourth, entropy);
    }

    /// What is done with the mean input and the mean square of a column.
    private interface Step {
      void take(double value, double square);
    }

    private void walk(Step step) {
      int columns = entry.columns();
      for (int matrix = 0; matrix < entry.matrices(); matrix++) {
        float count = entry.count(matrix);
        if (count <= 0) {
          continue;
        }
        double inverse = 1.0 / count;
        for (int i = matrix * columns; i < (matrix + 1) * columns; i++) {
          double square = squares[i] * inverse;
          double value = inputs.length == 0 ? square : inputs[i] * inverse;
          step.take(value, square);
        }
      }
    }

    private void first(double value, double square) {
      sum += square;
      elements++;
      mean += (value - mean) / elements;
      energy += square > 0 ? square : 0;
    }

    private void second(double value, double square) {
      double deviation = value - mean;
      second += deviation * deviation;
      third += deviation * deviation * deviation;
      fourth += deviation * deviation * deviation * deviation;
      double share = energy > 0 ? Math.max(0, square) * (1.0 / energy) : 0;
      if (share > SMALLEST_SHARE) {
        entropy -= share * StrictMath.log(share) * PER_BIT;
      }
    }
  }
}
