package dev.quern.formats.imatrix;

/// What llama-imatrix computes of one entry. Where a number has no meaning it is NaN.
///
/// @param tensor the weight tensor
/// @param energy sum of the mean squares of the inputs
/// @param mean mean over the columns: of the mean inputs, or of the mean squares if that is all
/// @param elements columns that were counted
/// @param deviation standard deviation of what `mean` is the mean of
/// @param skewness its skewness
/// @param kurtosis its excess kurtosis
/// @param gain root mean square over that of the same tensor in the block before
/// @param entropy bits of the distribution of the energy over the columns
/// @param distance Euclidean distance to the block before
/// @param cosine cosine of the angle to it
/// @param correlation Pearson's correlation with it
/// @param covariance covariance with it
/// @param hasActivations true if there are sums of the inputs beside those of their squares
public record TensorStatistics(
    String tensor,
    double energy,
    float mean,
    long elements,
    float deviation,
    float skewness,
    float kurtosis,
    float gain,
    float entropy,
    float distance,
    float cosine,
    float correlation,
    float covariance,
    boolean hasActivations) {

  /// The entropy in percent of what an even distribution has.
  public float evenness() {
    return elements > 1 ? 100 * (entropy / log2((float) elements)) : Float.NaN;
  }

  private static float log2(float x) {
    return (float) (StrictMath.log(x) / StrictMath.log(2));
  }

  /// The numbers of a `.stats` tensor.
  float[] schemaValues() {
    return new float[] {
      (float) energy,
      mean,
      (float) elements,
      deviation,
      skewness,
      kurtosis,
      gain,
      evenness(),
      distance,
      cosine,
      correlation,
      covariance
    };
  }
}
