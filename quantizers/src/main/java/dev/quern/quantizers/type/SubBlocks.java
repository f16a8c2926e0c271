package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Sixteen sub-blocks side by side: weight `i` of sub-block `s` stands at `16 * i + s`, so that a
/// vector holds the same weight of neighbouring sub-blocks.
///
/// They come there by transposing squares of as many rows as there are lanes: for each bit of a
/// row's number, rows that differ in that bit exchange the lanes that differ in it.
final class SubBlocks {
  static final int COUNT = 16;

  private static final Exchange[] EXCHANGES = exchanges();

  /// Exchanges for two bits at a time, so that half as much goes through memory.
  ///
  /// @param bit the lower one of them as a number
  /// @param upper for the bit above
  /// @param lower for `bit`
  private record Exchange(int bit, Swap upper, Swap lower) {}

  /// What two rows give each other.
  ///
  /// @param partner of a lane
  /// @param first the lanes that the row without the bit gets
  /// @param second the lanes that the row with the bit gets
  private record Swap(
      VectorShuffle<Float> partner, VectorMask<Float> first, VectorMask<Float> second) {
    static final Swap NOTHING =
        new Swap(
            VectorShuffle.iota(Lanes.FLOATS, 0, 1, false),
            Lanes.FLOATS.maskAll(false),
            Lanes.FLOATS.maskAll(false));

    static Swap of(int bit) {
      VectorMask<Float> with = VectorMask.fromLong(Lanes.FLOATS, lanesWith(bit));
      return new Swap(VectorShuffle.fromOp(Lanes.FLOATS, i -> i ^ bit), with, with.not());
    }

    private static long lanesWith(int bit) {
      long lanes = 0;
      for (int i = 0; i < Lanes.COUNT; i++) {
        lanes |= (i & bit) == 0 ? 0 : 1L << i;
      }
      return lanes;
    }
  }

  private SubBlocks() {}

  private static Exchange[] exchanges() {
    int quarter = Lanes.COUNT / 4;
    Exchange first = new Exchange(quarter, Swap.of(2 * quarter), Swap.of(quarter));
    return switch (quarter) {
      case 1 -> new Exchange[] {first};
      case 2 -> new Exchange[] {first, new Exchange(1, Swap.NOTHING, Swap.of(1))};
      default -> new Exchange[] {first, new Exchange(1, Swap.of(2), Swap.of(1))};
    };
  }

  /// Lays out `count` sub-blocks of `size` weights each; the missing ones become zero.
  static void transpose(float[] x, int at, int size, int count, float[] to) {
    transpose(x, at, size, count, to, 0, COUNT);
  }

  /// As above, into columns `column` and on of a table that is `width` wide.
  static void transpose(float[] x, int at, int size, int count, float[] to, int column, int width) {
    if (count < COUNT) {
      transposeSome(x, at, size, count, to, column, width);
      return;
    }
    for (int s = 0; s < COUNT; s += Lanes.COUNT) {
      for (int i = 0; i < size; i += Lanes.COUNT) {
        int square = width * i + column + s;
        exchange(EXCHANGES[0], x, at + s * size + i, size, to, square, width);
        for (int k = 1; k < EXCHANGES.length; k++) {
          exchange(EXCHANGES[k], to, square, width, to, square, width);
        }
      }
    }
  }

  private static void transposeSome(
      float[] x, int at, int size, int count, float[] to, int column, int width) {
    for (int s = 0; s < COUNT; s++) {
      for (int i = 0; i < size; i++) {
        to[width * i + column + s] = s < count ? x[at + s * size + i] : 0;
      }
    }
  }

  /// Reads rows that lie `stride` apart and writes them `width` apart.
  private static void exchange(
      Exchange plan, float[] x, int at, int stride, float[] to, int start, int width) {
    VectorShuffle<Float> far = plan.upper.partner;
    VectorMask<Float> farFirst = plan.upper.first;
    VectorMask<Float> farSecond = plan.upper.second;
    VectorShuffle<Float> near = plan.lower.partner;
    VectorMask<Float> nearFirst = plan.lower.first;
    VectorMask<Float> nearSecond = plan.lower.second;
    int bit = plan.bit;
    for (int i = 0; i < Lanes.COUNT / 4; i++) {
      int row = 4 * (i & -bit) + (i & bit - 1); // has neither bit
      int from = at + stride * row;
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, x, from);
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, x, from + stride * bit);
      FloatVector c = FloatVector.fromArray(Lanes.FLOATS, x, from + 2 * stride * bit);
      FloatVector d = FloatVector.fromArray(Lanes.FLOATS, x, from + 3 * stride * bit);
      FloatVector e = a.blend(c.rearrange(far), farFirst);
      FloatVector f = b.blend(d.rearrange(far), farFirst);
      FloatVector g = c.blend(a.rearrange(far), farSecond);
      FloatVector h = d.blend(b.rearrange(far), farSecond);
      int into = start + width * row;
      e.blend(f.rearrange(near), nearFirst).intoArray(to, into);
      f.blend(e.rearrange(near), nearSecond).intoArray(to, into + width * bit);
      g.blend(h.rearrange(near), nearFirst).intoArray(to, into + 2 * width * bit);
      h.blend(g.rearrange(near), nearSecond).intoArray(to, into + 3 * width * bit);
    }
  }
}
