package dev.quern.quantizers.type;

/// How the weights of up to sixteen groups are cut in three: those before the first cut become -1,
/// those from the second one on 1.
final class Cuts {
  /// Looks for the cuts of groups of weights.
  interface Search {
    /// Cuts `groups` groups from `x[at]`, whose errors count as `weights` says, one after the
    /// other.
    void cut(float[] x, int at, int groups, float[] weights, Cuts to);
  }

  /// The scale of each group; a negative one turns its levels around.
  final float[] scales = new float[SubBlocks.COUNT];

  /// The numbers of the weights of each group, the least weight first, equal ones as they stand.
  final int[] order;

  private final int size;
  private final int[] found = new int[SubBlocks.COUNT];

  /// For groups of `size` weights.
  Cuts(int size) {
    this.size = size;
    this.order = new int[size * SubBlocks.COUNT];
  }

  /// The cuts as one number, not negative.
  ///
  /// @param shift how the levels are moved
  static int of(int first, int second, int shift) {
    return first << 16 | second << 8 | shift;
  }

  /// What was found for group `s`, or -1 if nothing was.
  int of(int s) {
    return found[s];
  }

  /// What was found for all groups: to be written by a search.
  int[] all() {
    return found;
  }

  /// How the levels of group `s` are moved.
  int shift(int s) {
    return found[s] & 0xff;
  }

  /// Puts the levels of group `s`, 0 to 2.
  void putLevels(int s, int[] levels) {
    int first = found[s] >> 16;
    int second = found[s] >> 8 & 0xff;
    for (int i = 0; i < size; i++) {
      int level = i < first ? 0 : i < second ? 1 : 2;
      levels[order[size * s + i]] = scales[s] < 0 ? 2 - level : level;
    }
  }

  /// Sorts the weights of group `s` from `x[at]`, one after the other.
  void sort(float[] x, int at, int s) {
    int start = size * s;
    for (int i = 0; i < size; i++) {
      int j = start + i;
      while (j > start && x[at + order[j - 1]] > x[at + i]) {
        order[j] = order[j - 1];
        j--;
      }
      order[j] = i;
    }
  }
}
