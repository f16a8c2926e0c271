package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;

/// Sums of squared weights and squared differences.
///
/// Over a run, sixteen float sums are kept of each, whatever the length of a vector is: sum `j`
/// takes the weights `j`, `j + 16`, and so on; then they are added up as doubles. So the result is
/// the same on every machine. A run whose squares leave the range of a float is summed again as
/// doubles.
public final class SquaredSums {
  private static final int SUMS = 16;
  private static final double SMALLEST = 1e-25;
  private static final double LARGEST = 1e35;

  private final float[] errors = new float[SUMS];
  private final float[] energies = new float[SUMS];
  private double error;
  private double energy;

  /// Sum of the squared differences so far.
  public double error() {
    return error;
  }

  /// Sum of the squared weights so far.
  public double energy() {
    return energy;
  }

  /// Starts again at 0.
  public void clear() {
    error = 0;
    energy = 0;
  }

  /// Adds the squares of `n` weights of `x` from index `at`, and of their differences from those of
  /// `y` from index `from`.
  public void add(float[] x, int at, float[] y, int from, int n) {
    int whole = n - n % SUMS;
    for (int lane = 0; lane < SUMS; lane += Lanes.COUNT) {
      addLanes(x, at + lane, y, from + lane, lane, whole);
    }
    double runError = total(errors);
    double runEnergy = total(energies);
    if (runEnergy > SMALLEST && runEnergy < LARGEST && runError < LARGEST) {
      error += runError;
      energy += runEnergy;
      addDoubles(x, at + whole, y, from + whole, n - whole);
    } else {
      addDoubles(x, at, y, from, n);
    }
  }

  private void addLanes(float[] x, int at, float[] y, int from, int lane, int whole) {
    FloatVector errorSum = FloatVector.zero(Lanes.FLOATS);
    FloatVector energySum = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < whole; i += SUMS) {
      FloatVector weight = FloatVector.fromArray(Lanes.FLOATS, x, at + i);
      FloatVector difference = weight.sub(FloatVector.fromArray(Lanes.FLOATS, y, from + i));
      errorSum = difference.mul(difference).add(errorSum);
      energySum = weight.mul(weight).add(energySum);
    }
    errorSum.intoArray(errors, lane);
    energySum.intoArray(energies, lane);
  }

  private static double total(float[] sums) {
    double total = 0;
    for (float sum : sums) {
      total += sum;
    }
    return total;
  }

  private void addDoubles(float[] x, int at, float[] y, int from, int n) {
    for (int i = 0; i < n; i++) {
      double weight = x[at + i];
      double difference = weight - y[from + i];
      error += difference * difference;
      energy += weight * weight;
    }
  }
}
