package dev.quern.verifier;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
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

  private final Map<Figure, double[]> sums = new EnumMap<>(Figure.class);
  private double[] counts = {};
  private int clusters;

  ClusterSums() {
    for (Figure figure : Figure.values()) {
      sums.put(figure, new double[0]);
    }
  }

  private double[] of(Figure figure) {
    return Objects.requireNonNull(sums.get(figure));
  }

  /// Counts a position of `cluster`, whose figures follow with [#add].
  void count(int cluster) {
    if (cluster >= counts.length) {
      int room = Math.max(64, 2 * cluster);
      counts = Arrays.copyOf(counts, room);
      sums.replaceAll((_, values) -> Arrays.copyOf(values, room));
    }
    clusters = Math.max(clusters, cluster + 1);
    counts[cluster]++;
  }

  void add(Figure figure, int cluster, double value) {
    of(figure)[cluster] += value;
  }

  /// Clusters with positions.
  int clusters() {
    return (int) Arrays.stream(counts).filter(count -> count > 0).count();
  }

  /// The distribution of the mean of `figure`.
  Bootstrap mean(Figure figure) {
    return bootstrap(of(figure));
  }

  /// The distribution of the difference of the means of `figure` here and in `other`, which is of
  /// the same positions.
  Bootstrap difference(Figure figure, ClusterSums other) {
    double[] own = of(figure);
    double[] others = other.of(figure);
    double[] differences = new double[clusters];
    for (int i = 0; i < clusters; i++) {
      differences[i] = own[i] - others[i];
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
