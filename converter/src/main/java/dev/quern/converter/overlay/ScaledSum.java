package dev.quern.converter.overlay;

/// A weight and a multiple of what is added to it, in single precision: first multiplied, then
/// added.
///
/// @param weight what is added to
/// @param added what is added, as many numbers
/// @param scale what they are multiplied with
record ScaledSum(Numbers weight, Numbers added, float scale) implements Numbers {
  @Override
  public void read(long first, int count, float[] out) {
    float[] product = new float[count];
    weight.read(first, count, out);
    added.read(first, count, product);
    for (int i = 0; i < count; i++) {
      float scaled = product[i] * scale;
      out[i] += scaled;
    }
  }
}
