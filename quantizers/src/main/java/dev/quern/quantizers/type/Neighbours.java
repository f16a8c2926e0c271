package dev.quern.quantizers.type;

import java.util.Arrays;

/// For levels that are no point of a grid, the points around them: those at the smallest distances
/// that occur, the nearest first, of equally near ones that with the smaller number first.
///
/// A list is filled up with copies of its first point to a multiple of sixteen, so that it takes
/// whole vectors.
final class Neighbours {
  static final int STEP = 16;

  /// Made when first asked for.
  static final class OfIq3Xxs {
    static final Neighbours INSTANCE = new Neighbours(Grid.IQ3_XXS, 3, 8, 2);

    private OfIq3Xxs() {}
  }

  /// Made when first asked for.
  static final class OfIq3S {
    static final Neighbours INSTANCE = new Neighbours(Grid.IQ3_S, 3, 8, 3);

    private OfIq3S() {}
  }

  /// Made when first asked for.
  static final class OfIq2Xxs {
    static final Neighbours INSTANCE = new Neighbours(Grid.IQ2_XXS, 2, 3, 2);

    private OfIq2Xxs() {}
  }

  /// Made when first asked for.
  static final class OfIq2Xs {
    static final Neighbours INSTANCE = new Neighbours(Grid.IQ2_XS, 2, 3, 2);

    private OfIq2Xs() {}
  }

  /// Made when first asked for.
  static final class OfIq2S {
    static final Neighbours INSTANCE = new Neighbours(Grid.IQ2_S, 2, 3, 1);

    private OfIq2S() {}
  }

  /// Made when first asked for.
  static final class OfIq1 {
    static final Neighbours INSTANCE = new Neighbours(Grid.IQ1, 2, 3, 3);

    private OfIq1() {}
  }

  /// The grid.
  final Grid grid;

  /// Bits of a level in a code: level `i` starts at bit `i * bits`.
  final int bits;

  /// Number of different levels.
  final int levels;

  /// By code: the number of the point, or `-1 - s` where `s` is the start of the code's list.
  private final int[] found;

  /// Lists, each filled up: numbers of points.
  private short[] points = new short[1 << 12];

  /// The same lists: the points as [#packed].
  private final int[] entries;

  /// By start over sixteen: the length of the list without what fills it up.
  private short[] counts = new short[1 << 8];

  private final int[] packed;
  private int length;

  /// @param distances how many different distances a list has
  private Neighbours(Grid grid, int bits, int levels, int distances) {
    this.grid = grid;
    this.bits = bits;
    this.levels = levels;
    this.found = new int[1 << (bits * grid.width)];
    Arrays.fill(found, -1);
    for (int p = 0; p < grid.size; p++) {
      found[code(p)] = p;
    }
    Distances from = new Distances(this, distances);
    for (int code = 0; code < found.length; code++) {
      if (found[code] < 0 && isPossible(code)) {
        found[code] = -1 - length;
        list(from, code);
      }
    }
    this.packed = new int[grid.size];
    for (int i = 0; i < grid.levels.length; i++) {
      packed[i / grid.width] |= (2 * grid.levels[i] + 1) << (4 * (i % grid.width));
    }
    this.entries = new int[length];
    Arrays.setAll(entries, i -> packed[points[i]]);
  }

  /// The point with the levels of `code`, or if there is none `-1 - start` of its list.
  int find(int code) {
    return found[code];
  }

  /// The point with these coordinates.
  int pointOf(int packed) {
    return found[Integer.compress(packed, bits == 3 ? 0xeeeeeeee : 0x66666666)];
  }

  /// Number of points in the list that starts at `start`, without those that fill it up.
  int count(int start) {
    return counts[start / STEP];
  }

  /// The greatest [#count].
  int longest() {
    int longest = 0;
    for (short count : counts) {
      longest = Math.max(longest, count);
    }
    return longest;
  }

  /// The coordinates of a point, four bits each, the first one lowest. A coordinate is twice the
  /// level plus one.
  int packed(int point) {
    return packed[point];
  }

  /// The point at `i` of the lists.
  int point(int i) {
    return points[i];
  }

  /// The coordinates of all points of the lists, as [#packed].
  int[] entries() {
    return entries;
  }

  /// The levels of a point as a code.
  int code(int point) {
    int code = 0;
    for (int i = 0; i < grid.width; i++) {
      code |= grid.levels[point * grid.width + i] << (i * bits);
    }
    return code;
  }

  /// Level `i` of a code.
  int level(int code, int i) {
    return code >> (i * bits) & ((1 << bits) - 1);
  }

  private boolean isPossible(int code) {
    for (int i = 0; i < grid.width; i++) {
      if (level(code, i) >= levels) {
        return false;
      }
    }
    return true;
  }

  private void list(Distances from, int code) {
    int first = length;
    int near = from.measure(code);
    for (int k = 0; k < from.different(); k++) {
      for (int i = 0; i < near; i++) {
        if (from.isAt(i, k)) {
          add(from.point(i));
        }
      }
    }
    while (first / STEP >= counts.length) {
      counts = Arrays.copyOf(counts, 2 * counts.length);
    }
    counts[first / STEP] = (short) (length - first);
    while (length % STEP != 0) {
      add(points[first]);
    }
  }

  private void add(int point) {
    if (length == points.length) {
      points = Arrays.copyOf(points, 2 * length);
    }
    points[length++] = (short) point;
  }
}
