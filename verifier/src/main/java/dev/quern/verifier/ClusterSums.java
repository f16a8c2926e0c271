package dev.quern.verifier;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Sums of scores for each cluster of positions: a document, or a piece of a text.
final class ClusterSums {
  /// What is summed up.
  enum Figure {
    LOG_RATIO,
    DIVERGENCE,
    SAME_TOP,
    SHIFT
  }

  private final double[][] sums = new double[Figure.values().length][0];
  private double[] counts = {};
  private int clusters;

  /// Counts a position of `cluster`, whose figures follow with [#add].
  void count(int cluster) {
    if (cluster >= counts.length) {
      int room = Math.max(64, 2 * cluster);
      counts = Arrays.copyOf(counts, room);
      for (int i = 0; i < sums.length; i++) {
        sums[i] = Arrays.copyOf(sums[i], room);
      }
    }
    clusters = Math.max(clusters, cluster + 1);
    counts[cluster]++;
  }

  void add(Figure figure, int cluster, double value) {
    sums[figure.ordinal()][cluster] += value;
  }

  /// Clusters with positions.
  int clusters() {
    return (int) Arrays.stream(counts).filter(count -> count > 0).count();
  }

  /// The distribution of the mean of `figure`.
  Bootstrap mean(Figure figure) {
    return bootstrap(sums[figure.ordinal()]);
  }

  /// The distribution of the difference of the means of `figure` here and in `other`, which is of
  /// the same positions.
  Bootstrap difference(Figure figure, ClusterSums other) {
    double[] own = sums[figure.ordinal()];
    double[] differences = new double[clusters];
    for (int i = 0; i < clusters; i++) {
      differences[i] = own[i] - other.sums[figure.ordinal()][i];
    }
    return bootstrap(differences);
  }

  private Bootstrap bootstrap(double[] values) {
    int[] present = IntStream.range(0, clusters).filter(i -> counts[i] > 0).toArray();
    double[] chosen = new double[present.length];
    double[] sizes = new double[present.length];
    for (int i = 0; i < present.length; i++) {
      chosen[i] = values[present[i]];
      sizes[i] = counts[present[i]];
    }
    return new Bootstrap(chosen, sizes);
  }
}
