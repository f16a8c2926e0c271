package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits.Router;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Chooses and weighs the experts of each position.
final class RouteStep extends TokenTask {
  private final Router traits;
  private final float[][] shares;
  private final float[][] scores;
  private final float[][] worths;
  private final int[][] orders;
  private Batch products = new Batch(0);
  private float @Nullable [] preference;

  /// The chosen experts of each token, one token after another.
  int[] chosen = {};

  /// Their weights.
  float[] weights = {};

  RouteStep(Workers workers, Router traits) {
    super(workers);
    this.traits = traits;
    this.shares = new float[workers.threads()][traits.count()];
    this.scores = new float[workers.threads()][traits.count()];
    this.worths = new float[workers.threads()][traits.groups()];
    this.orders = new int[workers.threads()][traits.groups()];
  }

  /// Chooses for `count` tokens by the router's `products`.
  void run(Batch products, float @Nullable [] preference, int count) {
    this.products = products;
    this.preference = preference;
    int needed = Math.multiplyExact(count, traits.used());
    if (chosen.length < needed) {
      chosen = new int[needed];
      weights = new float[needed];
    }
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    float[] share = shares[worker];
    float[] score = scores[worker];
    System.arraycopy(products.values, products.at(token), share, 0, share.length);
    int to = token * traits.used();
    switch (traits.gating()) {
      case SOFTMAX -> Routing.softmax(share, share.length);
      case SIGMOID -> Routing.sigmoid(share);
      case SOFTMAX_OF_CHOSEN -> {}
      case SPARSE_MIXER -> {
        Routing.sparseMixer(share, score, chosen, weights, to);
        return;
      }
    }
    System.arraycopy(share, 0, score, 0, share.length);
    float[] added = preference;
    if (added != null) {
      for (int i = 0; i < score.length; i++) {
        score[i] += added[i];
      }
    }
    leaveGroups(score, worths[worker], orders[worker]);
    Routing.choose(score, chosen, to, traits.used());
    for (int i = to; i < to + traits.used(); i++) {
      weights[i] = share[chosen[i]];
    }
    weigh(to);
  }

  private void weigh(int at) {
    int end = at + traits.used();
    float factor = traits.scale();
    switch (traits.gating()) {
      case SOFTMAX_OF_CHOSEN -> Routing.softmax(weights, at, traits.used());
      case SOFTMAX, SIGMOID, SPARSE_MIXER -> {
        if (traits.normalized()) {
          float sum = 0;
          for (int i = at; i < end; i++) {
            sum += weights[i];
          }
          factor /= sum + 1e-20f;
        }
      }
    }
    for (int i = at; i < end; i++) {
      weights[i] *= factor;
    }
  }

  /// Rules out the experts of all but the best groups.
  private void leaveGroups(float[] score, float[] worth, int[] order) {
    int groups = traits.groups();
    if (groups == 1) {
      return;
    }
    int size = score.length / groups;
    for (int g = 0; g < groups; g++) {
      worth[g] = worth(score, g * size, (g + 1) * size);
    }
    Routing.choose(worth, order, 0, groups);
    for (int i = traits.usedGroups(); i < groups; i++) {
      int from = order[i] * size;
      Arrays.fill(score, from, from + size, Float.NEGATIVE_INFINITY);
    }
  }

  private float worth(float[] score, int from, int to) {
    int first = Routing.largest(score, from, to);
    return switch (traits.gating()) {
      case SOFTMAX, SOFTMAX_OF_CHOSEN, SPARSE_MIXER -> score[first];
      case SIGMOID -> {
        float most = score[first];
        score[first] = Float.NEGATIVE_INFINITY;
        float second = score[Routing.largest(score, from, to)];
        score[first] = most;
        yield to - from == 1 ? most : most + second;
      }
    };
  }
}
