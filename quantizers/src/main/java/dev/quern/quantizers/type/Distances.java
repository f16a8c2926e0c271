package dev.quern.quantizers.type;

import java.util.Arrays;

/// How far the points of a grid are from levels: the sum of squares of the differences.
///
/// Half of the levels takes so few values that the distances between all halves fit a table; a
/// point's distance is the sum of two of them.
final class Distances {
  private final int mask;
  private final int half;
  private final byte[][] table;

  // of each point
  private final short[] lows;
  private final short[] highs;
  private final int[] far;

  private final int[] smallest; // the smallest different distances, ascending
  private final int[] points; // those at one of them, ascending

  /// @param different how many different distances are of interest
  Distances(Neighbours near, int different) {
    int size = near.grid.size;
    int width = near.grid.width / 2;
    this.half = near.bits * width;
    this.mask = (1 << half) - 1;
    this.table = new byte[mask + 1][mask + 1];
    this.lows = new short[size];
    this.highs = new short[size];
    this.far = new int[size];
    this.smallest = new int[different];
    this.points = new int[size];
    for (int one = 0; one <= mask; one++) {
      for (int other = 0; other <= mask; other++) {
        for (int i = 0; i < width; i++) {
          int difference = near.level(one, i) - near.level(other, i);
          table[one][other] += (byte) (difference * difference);
        }
      }
    }
    for (int p = 0; p < size; p++) {
      lows[p] = (short) (near.code(p) & mask);
      highs[p] = (short) (near.code(p) >> half);
    }
  }

  /// Measures from the levels of `code`; how many points are at the smallest distances.
  int measure(int code) {
    byte[] low = table[code & mask];
    byte[] high = table[code >> half];
    for (int p = 0; p < far.length; p++) {
      far[p] = low[lows[p]] + high[highs[p]];
    }
    Arrays.fill(smallest, Integer.MAX_VALUE);
    for (int distance : far) {
      insert(distance);
    }
    int most = smallest[smallest.length - 1];
    int count = 0;
    for (int p = 0; p < far.length; p++) {
      points[count] = p;
      count += far[p] <= most ? 1 : 0;
    }
    return count;
  }

  private void insert(int distance) {
    int k = smallest.length;
    while (k > 0 && distance < smallest[k - 1]) {
      k--;
    }
    if (k < smallest.length && (k == 0 || distance != smallest[k - 1])) {
      System.arraycopy(smallest, k, smallest, k + 1, smallest.length - 1 - k);
      smallest[k] = distance;
    }
  }

  /// The number of different distances.
  int different() {
    return smallest.length;
  }

  /// True if near point `i` is at the smallest distance but `k`.
  boolean isAt(int i, int k) {
    return far[points[i]] == smallest[k];
  }

  /// Near point `i`.
  int point(int i) {
    return points[i];
  }
}
