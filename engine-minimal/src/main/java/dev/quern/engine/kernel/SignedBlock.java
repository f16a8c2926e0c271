package dev.quern.engine.kernel;

/// A row's part of a block of 32 signed weights under one scale, which comes first, for the scalar
/// twins of [Q4_0Groups] and [Q8_0Groups].
final class SignedBlock {
  private SignedBlock() {}

  /// See [ScalarGroups#add].
  static float add(
      ScalarGroups.Weights weights, short[] block, int lane, RoundedVector x, int b, float y) {
    int sum = 0;
    for (int i = 0; i < 32; i++) {
      sum += weights.weight(block, lane, i) * x.rounded(b + i);
    }
    float d = ScalarGroups.small(ScalarGroups.bits(block, lane, 0));
    return Math.fma((float) sum, d * x.scales[b >> 5], y);
  }
}
