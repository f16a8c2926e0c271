package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Loops over plain floats.
public final class FloatLoops {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private FloatLoops() {}

  /// The sum of `a[i] * b[i]` over `n` elements from `at` and `from`.
  public static float dot(float[] a, int at, float[] b, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int i = 0;
    for (int end = n - 4 * LENGTH; i <= end; i += 4 * LENGTH) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, from + i);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, from + i + LENGTH);
      FloatVector b2 = FloatVector.fromArray(FLOATS, b, from + i + 2 * LENGTH);
      FloatVector b3 = FloatVector.fromArray(FLOATS, b, from + i + 3 * LENGTH);
      s0 = FloatVector.fromArray(FLOATS, a, at + i).fma(b0, s0);
      s1 = FloatVector.fromArray(FLOATS, a, at + i + LENGTH).fma(b1, s1);
      s2 = FloatVector.fromArray(FLOATS, a, at + i + 2 * LENGTH).fma(b2, s2);
      s3 = FloatVector.fromArray(FLOATS, a, at + i + 3 * LENGTH).fma(b3, s3);
    }
    FloatVector s = s0.add(s1).add(s2.add(s3));
    if (LENGTH >= 16) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    float sum = s.lane(0);
    for (; i < n; i++) {
      sum = Math.fma(a[at + i], b[from + i], sum);
    }
    return sum;
  }

  /// Adds `n` elements of `b` to those of `a`.
  public static void add(float[] a, int at, float[] b, int from, int n) {
    for (int i = 0; i < n; i++) {
      a[at + i] += b[from + i];
    }
  }

  /// Multiplies `n` elements of `a` with those of `b`.
  public static void multiply(float[] a, int at, float[] b, int from, int n) {
    for (int i = 0; i < n; i++) {
      a[at + i] *= b[from + i];
    }
  }

  /// Adds `n` elements of `b`, times `factor`, to those of `a`.
  public static void add(float[] a, int at, float factor, float[] b, int from, int n) {
    for (int i = 0; i < n; i++) {
      a[at + i] += factor * b[from + i];
    }
  }

  /// Adds a number to `n` elements.
  public static void add(float[] x, int at, float summand, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] += summand;
    }
  }

  /// Cuts `n` elements to at most `limit`.
  public static void atMost(float[] x, int at, float limit, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] = Math.min(limit, x[at + i]);
    }
  }

  /// Cuts `n` elements to `-limit` to `limit`.
  public static void clamp(float[] x, int at, float limit, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] = Math.max(-limit, Math.min(limit, x[at + i]));
    }
  }

  /// Writes `x / sqrt(mean(x²) + epsilon) * weight` for the `n` elements from `at`; the weights
  /// begin at `first`.
  public static void rmsNorm(
      float[] x, int at, float[] weight, int first, float epsilon, float[] out, int to, int n) {
    float mean = dot(x, at, x, at, n) / n;
    float scale = (float) (1 / Math.sqrt(mean + epsilon));
    for (int i = 0; i < n; i++) {
      out[to + i] = x[at + i] * scale * weight[first + i];
    }
  }

  /// Writes `y / sqrt(mean(y²) + epsilon) * weight` for the `n` elements from `at`, where `y` is
  /// `x` less its mean; the weights begin at `first`.
  public static void layerNorm(
      float[] x, int at, float[] weight, int first, float epsilon, float[] out, int to, int n) {
    float mean = sum(x, at, n) / n;
    for (int i = 0; i < n; i++) {
      out[to + i] = x[at + i] - mean;
    }
    float variance = dot(out, to, out, to, n) / n;
    float scale = (float) (1 / Math.sqrt(variance + epsilon));
    for (int i = 0; i < n; i++) {
      out[to + i] = out[to + i] * scale * weight[first + i];
    }
  }

  /// The sum of `n` elements from `at`, in doubles.
  private static float sum(float[] x, int at, int n) {
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i < n - 1; i += 2) {
      even += x[at + i];
      odd += x[at + i + 1];
    }
    return (float) (i < n ? even + odd + x[at + i] : even + odd);
  }

  /// Multiplies `n` elements with `factor`.
  public static void scale(float[] x, int at, float factor, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] *= factor;
    }
  }

  /// Decodes `n` halves from `at` to `out` from `to`.
  public static void fromHalves(short[] in, int at, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = Float.float16ToFloat(in[at + i]);
    }
  }
}
