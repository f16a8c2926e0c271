package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Tells the best neighbour for many scales at once where rounding cannot matter.
///
/// The error of a neighbour `q` is `sum(w * (s * q - x)^2)`. Divided by the scale `s`, and without
/// what is the same for all neighbours, that is a straight line over `s`: `s * sum(w * q * q) - 2 *
/// sum(w * x * q)`. The neighbour whose line is lowest at two scales is lowest between them. It is
/// certain to be the one that the reference finds if it is lower than all others by more than both
/// computations can be wrong.
///
/// With `u = 2^-24` and `t = sum(w * (|x| + s * reach)^2)`, rounding changes the reference's error
/// by less than `16 * u * t`, a line by less than `14 * u * t / s`; so two lines have to be apart
/// by `60 * u * t / s`. The margin is twice that and leaves room for underflow, because values of
/// unusual size are left to the search that does as the reference.
final class NearestLines {
  private static final float ROUNDING = 0x1p-17f;
  private static final float GREATEST = 1e6f;
  private static final float LEAST = 1e-24f;

  private final Neighbours near;
  private final int[] entries;
  private final int width;
  private final float reach;
  private final float[] slopes;
  private final float[] heights;
  private final float[] most; // of each value: the greatest error it can have
  private final float[] lifts; // of each part, NaN if its values are unusual
  private float lift;
  private float margin;
  private boolean drawn;
  private int start;
  private int count;
  private int first;
  private int last;

  /// @param size values of a group
  NearestLines(Neighbours near, int size) {
    this.near = near;
    this.entries = near.entries();
    this.width = near.grid.width;
    this.reach = 2 * near.levels - 1;
    this.slopes = new float[near.longest() + Neighbours.STEP];
    this.heights = new float[slopes.length];
    this.most = new float[size];
    this.lifts = new float[size / width];
  }

  /// Prepares for the values of a group and scales from `least` to `greatest`.
  void prepare(float[] x, float[] weights, float least, float greatest) {
    float inverse = 1 / least;
    boolean usual = inverse < Float.MAX_VALUE; // false for what is not a number, too
    for (int i = 0; i < most.length; i += Lanes.COUNT) {
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, weights, i);
      FloatVector far = FloatVector.fromArray(Lanes.FLOATS, x, i).abs().add(greatest * reach);
      w.mul(far).mul(far).intoArray(most, i);
      usual &=
          far.compare(VectorOperators.LT, GREATEST)
              .and(w.compare(VectorOperators.LT, GREATEST))
              .allTrue();
    }
    for (int part = 0; part < lifts.length; part++) {
      float sum = 0;
      for (int i = part * width; i < (part + 1) * width; i++) {
        sum += most[i];
      }
      float height = sum * inverse;
      boolean drawable = usual && sum > LEAST && height < Float.MAX_VALUE / 4;
      lifts[part] = drawable ? height : Float.NaN;
    }
  }

  /// Draws the lines of the list from `start` for a part of the group, and looks for the lowest
  /// ones at two scales.
  void draw(int start, float[] x, float[] weights, int part, float one, float other) {
    int at = part * width;
    this.start = start;
    count = near.count(start);
    lift = lifts[part];
    margin = ROUNDING * lift;
    drawn = lift > 0;
    if (!drawn) {
      first = -1;
      last = -1;
      return;
    }
    if (count <= Lanes.COUNT) {
      drawFew(x, weights, at, one, other);
      return;
    }
    for (int j = 0; j < count; j += Lanes.COUNT) {
      draw(j, x, weights, at);
    }
    first = lowest(one);
    last = lowest(other);
  }

  /// Lines that fit in a vector do not have to be read again.
  private void drawFew(float[] x, float[] weights, int at, float one, float other) {
    IntVector packed = IntVector.fromArray(Lanes.INTS, entries, start);
    FloatVector slope = FloatVector.zero(Lanes.FLOATS);
    FloatVector height = slope;
    for (int k = 0; k < width; k += Grid.STEP) {
      IntVector some = packed.lanewise(VectorOperators.LSHR, 4 * k);
      for (int i = 0; i < Grid.STEP; i++) {
        FloatVector q =
            (FloatVector)
                some.lanewise(VectorOperators.LSHR, 4 * i)
                    .and(15)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
        FloatVector wq = q.mul(weights[at + k + i]);
        slope = wq.mul(q).add(slope);
        height = wq.mul(x[at + k + i]).add(height);
      }
    }
    FloatVector zero = FloatVector.zero(Lanes.FLOATS);
    FloatVector steep = zero.add(slope);
    FloatVector half = zero.add(height);
    FloatVector high = FloatVector.broadcast(Lanes.FLOATS, lift).sub(half.add(half));
    steep.intoArray(slopes, 0);
    high.intoArray(heights, 0);
    FloatVector line = steep.mul(one).add(high);
    FloatVector otherLine = steep.mul(other).add(high);
    int least = line.reinterpretAsInts().reduceLanes(VectorOperators.MIN);
    int otherLeast = otherLine.reinterpretAsInts().reduceLanes(VectorOperators.MIN);
    long all = -1L >>> -count;
    long close =
        line.compare(VectorOperators.LE, Float.intBitsToFloat(least) + margin).toLong() & all;
    long otherClose =
        otherLine.compare(VectorOperators.LE, Float.intBitsToFloat(otherLeast) + margin).toLong()
            & all;
    first = Long.bitCount(close) == 1 ? Long.numberOfTrailingZeros(close) : -1;
    last = Long.bitCount(otherClose) == 1 ? Long.numberOfTrailingZeros(otherClose) : -1;
  }

  private void draw(int j, float[] x, float[] weights, int at) {
    IntVector packed = IntVector.fromArray(Lanes.INTS, entries, start + j);
    FloatVector slope = FloatVector.zero(Lanes.FLOATS);
    FloatVector height = slope;
    for (int k = 0; k < width; k += Grid.STEP) {
      IntVector some = packed.lanewise(VectorOperators.LSHR, 4 * k);
      for (int i = 0; i < Grid.STEP; i++) {
        FloatVector q =
            (FloatVector)
                some.lanewise(VectorOperators.LSHR, 4 * i)
                    .and(15)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
        FloatVector wq = q.mul(weights[at + k + i]);
        slope = wq.mul(q).add(slope);
        height = wq.mul(x[at + k + i]).add(height);
      }
    }
    // lifted lines are above zero: their bits grow with them
    FloatVector zero = FloatVector.zero(Lanes.FLOATS);
    zero.add(slope).intoArray(slopes, j);
    FloatVector half = zero.add(height);
    FloatVector.broadcast(Lanes.FLOATS, lift).sub(half.add(half)).intoArray(heights, j);
  }

  /// The coordinates of the best point for all scales between the two, -1 if there is none for
  /// certain.
  int best() {
    return first >= 0 && first == last ? entries[start + first] : -1;
  }

  /// True if the best points for all scales are those for the two scales, the first one's up to
  /// where the lines cross.
  boolean isPair() {
    if (first < 0 || last < 0) {
      return false;
    }
    float crossing = (heights[last] - heights[first]) / (slopes[first] - slopes[last]);
    float low = Math.max(value(first, crossing), value(last, crossing));
    int close = 0;
    for (int j = 0; j < count; j += Lanes.COUNT) {
      close += Long.bitCount(below(j, crossing, low + margin));
    }
    return close == 2;
  }

  /// Puts the coordinates of the points of a pair for the scales from `scales[c]` to `to[at]` and
  /// on; a bit for each scale whose point is not certain.
  long putPair(float[] scales, int c, int[] to, int at) {
    FloatVector scale = FloatVector.fromArray(Lanes.FLOATS, scales, c);
    FloatVector difference =
        scale
            .mul(slopes[first])
            .add(heights[first])
            .sub(scale.mul(slopes[last]).add(heights[last]));
    IntVector.broadcast(Lanes.INTS, entries[start + first])
        .blend(entries[start + last], difference.compare(VectorOperators.GT, 0f).cast(Lanes.INTS))
        .intoArray(to, at);
    return difference.abs().compare(VectorOperators.LE, margin).toLong();
  }

  /// As [#putPair], with any of the points.
  long putAny(float[] scales, int c, int[] to, int at) {
    if (!drawn) {
      return -1;
    }
    FloatVector scale = FloatVector.fromArray(Lanes.FLOATS, scales, c);
    IntVector low = IntVector.broadcast(Lanes.INTS, Integer.MAX_VALUE);
    IntVector second = low;
    IntVector point = low;
    for (int j = 0; j < count; j++) {
      IntVector line = scale.mul(slopes[j]).add(heights[j]).reinterpretAsInts();
      VectorMask<Integer> above = line.compare(VectorOperators.GE, low);
      second = line.max(low).min(second);
      low = line.min(low);
      point = IntVector.broadcast(Lanes.INTS, entries[start + j]).blend(point, above);
    }
    IntVector zero = IntVector.zero(Lanes.INTS);
    zero.or(point).intoArray(to, at);
    return zero.or(low)
        .reinterpretAsFloats()
        .add(margin)
        .compare(VectorOperators.GE, zero.or(second).reinterpretAsFloats())
        .toLong();
  }

  private float value(int i, float scale) {
    return slopes[i] * scale + heights[i];
  }

  /// The only line that is lowest at `scale`, -1 if others are too close.
  private int lowest(float scale) {
    IntVector low = IntVector.broadcast(Lanes.INTS, Integer.MAX_VALUE);
    for (int j = 0; j < count; j += Lanes.COUNT) {
      low =
          FloatVector.fromArray(Lanes.FLOATS, slopes, j)
              .mul(scale)
              .add(FloatVector.fromArray(Lanes.FLOATS, heights, j))
              .reinterpretAsInts()
              .min(low);
    }
    int least =
        IntVector.broadcast(Lanes.INTS, Integer.MAX_VALUE)
            .min(low)
            .reduceLanes(VectorOperators.MIN);
    float limit = Float.intBitsToFloat(least) + margin;
    int found = -1;
    int close = 0;
    for (int j = 0; j < count; j += Lanes.COUNT) {
      long bits = below(j, scale, limit);
      close += Long.bitCount(bits);
      found = bits == 0 ? found : j + Long.numberOfTrailingZeros(bits);
    }
    return close == 1 ? found : -1;
  }

  private long below(int j, float scale, float limit) {
    return FloatVector.fromArray(Lanes.FLOATS, slopes, j)
            .mul(scale)
            .add(FloatVector.fromArray(Lanes.FLOATS, heights, j))
            .compare(VectorOperators.LE, limit)
            .toLong()
        & (-1L >>> -Math.min(count - j, Lanes.COUNT));
  }
}
