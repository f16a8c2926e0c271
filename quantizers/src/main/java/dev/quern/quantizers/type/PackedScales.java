package dev.quern.quantizers.type;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// Eight 6-bit scales and eight 6-bit minima in 12 bytes, as Q4_K and Q5_K store them.
///
/// | byte    | bits 0–3                       | bits 4–5      | bits 6–7                     |
/// |--------:|--------------------------------|---------------|------------------------------|
/// | 0 to 3  | scale `j`, lower four          | its upper two | upper two of scale `j + 4`   |
/// | 4 to 7  | minimum `j`, lower four        | its upper two | upper two of minimum `j + 4` |
/// | 8 to 11 | lower four of scale `j + 4`    | lower four of minimum `j + 4`, bits 4–7 |    |
final class PackedScales {
  private PackedScales() {}

  /// The eight scales of the twelve bytes at `at`, one in each byte.
  static long scales(MemorySegment in, long at) {
    return spread(in.get(Le.INT, at), in.get(Le.INT, at + 8));
  }

  /// The eight minima of the twelve bytes at `at`, one in each byte.
  static long mins(MemorySegment in, long at) {
    return spread(in.get(Le.INT, at + 4), in.get(Le.INT, at + 8) >>> 4);
  }

  /// Number `j` of the eight that [#scales] or [#mins] gave.
  static int at(long eight, int j) {
    return (int) (eight >>> (8 * j)) & 63;
  }

  /// The six bits of the first four bytes, then the four bits that each has in `later` below the
  /// other two of the first ones.
  private static long spread(int first, int later) {
    int upper = (later & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
    return (first & 0x3f3f3f3f) | (long) upper << 32;
  }

  /// Scale `j` of the twelve bytes at `at`.
  static int scale(byte[] in, int at, int j) {
    return j < 4 ? in[at + j] & 63 : (in[at + 4 + j] & 15) | (in[at + j - 4] >> 6 & 3) << 4;
  }

  /// Minimum `j` of the twelve bytes at `at`.
  static int min(byte[] in, int at, int j) {
    return j < 4 ? in[at + 4 + j] & 63 : (in[at + 4 + j] >> 4 & 15) | (in[at + j] >> 6 & 3) << 4;
  }

  /// Writes the first 16 bytes of a block: the scales of the scales and of the minima, and both
  /// rounded to six bits.
  ///
  /// @param depths how far each minimum lies below zero
  static void put(float[] scales, float[] depths, int from, byte[] out, int to) {
    float topScale = 0;
    float topDepth = 0;
    for (int j = from; j < from + 8; j++) {
      topScale = scales[j] > topScale ? scales[j] : topScale;
      topDepth = depths[j] > topDepth ? depths[j] : topDepth;
    }
    Halves.put(out, to, topScale / 63);
    Halves.put(out, to + 2, topDepth / 63);
    float inverseScale = topScale > 0 ? 63 / topScale : 0;
    float inverseDepth = topDepth > 0 ? 63 / topDepth : 0;
    for (int j = 0; j < 4; j++) {
      int scale = sixBits(inverseScale * scales[from + j]);
      int min = sixBits(inverseDepth * depths[from + j]);
      int laterScale = sixBits(inverseScale * scales[from + 4 + j]);
      int laterMin = sixBits(inverseDepth * depths[from + 4 + j]);
      out[to + 4 + j] = (byte) (scale | laterScale >> 4 << 6);
      out[to + 8 + j] = (byte) (min | laterMin >> 4 << 6);
      out[to + 12 + j] = (byte) ((laterScale & 15) | (laterMin & 15) << 4);
    }
  }

  /// As above, with the scales that fit best where sub-blocks count as `sums` says.
  static void putFitted(
      float[] scales,
      float[] depths,
      float[] sums,
      int from,
      FittedScales scaleFit,
      FittedScales depthFit,
      byte[] out,
      int to) {
    Halves.put(out, to, scaleFit.fit(scales, from, 8, 63, sums));
    Halves.put(out, to + 2, depthFit.fit(depths, from, 8, 63, sums));
    int[] scale = scaleFit.levels;
    int[] min = depthFit.levels;
    for (int j = 0; j < 4; j++) {
      out[to + 4 + j] = (byte) (scale[j] | scale[j + 4] >> 4 << 6);
      out[to + 8 + j] = (byte) (min[j] | min[j + 4] >> 4 << 6);
      out[to + 12 + j] = (byte) ((scale[j + 4] & 15) | (min[j + 4] & 15) << 4);
    }
  }

  /// Through an unsigned byte, as the reference casts: a negative scale becomes 63.
  private static int sixBits(float value) {
    return Math.min(63, Rounding.nearest(value) & 0xff);
  }
}
