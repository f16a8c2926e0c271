package dev.quern.converter.overlay;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;

/// The sum of all weights of a checkpoint, which Alpaca's publishers give for their model.
///
/// Each tensor is summed exactly enough (in double precision) and rounded to single; the sums of
/// the tensors are added in single precision in the order of the checkpoint.
public final class Checksum {
  private static final int PART = 1 << 16;

  private Checksum() {}

  /// The sum of all weights of `checkpoint`.
  public static float of(Checkpoint checkpoint) {
    float sum = 0;
    for (SourceTensor tensor : checkpoint.tensors()) {
      sum += (float) sum(tensor);
    }
    return sum;
  }

  /// Refuses `checkpoint` unless its sum is within `tolerance` of `wanted`.
  public static void check(Checkpoint checkpoint, double wanted, double tolerance) {
    float sum = of(checkpoint);
    if (!(Math.abs(sum - wanted) <= tolerance)) {
      throw new MalformedFileException(
          checkpoint.path(),
          "the sum of all weights is %s, wanted %s within %s: the base or the difference is not the one that the checksum is for, or damaged"
              .formatted(sum, wanted, tolerance));
    }
  }

  private static double sum(SourceTensor tensor) {
    Numbers numbers = Numbers.of(tensor);
    long elements = tensor.shape().elements();
    float[] part = new float[(int) Math.min(PART, elements)];
    double sum = 0;
    for (long at = 0; at < elements; at += part.length) {
      int count = (int) Math.min(part.length, elements - at);
      numbers.read(at, count, part);
      for (int i = 0; i < count; i++) {
        sum += part[i];
      }
    }
    return sum;
  }
}
