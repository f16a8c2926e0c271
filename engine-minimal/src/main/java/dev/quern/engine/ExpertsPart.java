package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.Experts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A mixture of experts: the tokens of a batch are put together by expert, so that each expert's
/// weights are read once.
final class ExpertsPart {
  private final Experts traits;
  private final Product product;
  private final RouteStep route;
  private final ActivateStep activate;
  private final @Nullable FeedForwardPart shared;
  private final Batch[] routed;
  private final Batch gathered;
  private final Batch[] gateUp;
  private final Batch[] results;
  private final Batch[] intoOut;
  private final int[] ends;
  private int[] order = {};

  /// @param out where results go, one row for each token
  ExpertsPart(Workers workers, Product product, Experts traits, Batch out) {
    this.traits = traits;
    this.product = product;
    this.route = new RouteStep(workers, traits.router());
    this.activate = new ActivateStep(workers);
    Dense expert = traits.expert();
    this.shared =
        traits.shared().length() == 0
            ? null
            : new FeedForwardPart(workers, product, traits.shared());
    this.routed = new Batch[] {new Batch(traits.router().count())};
    this.gathered = new Batch(out.length);
    Batch first = new Batch(expert.length());
    this.gateUp =
        expert.gated() ? new Batch[] {first, new Batch(expert.length())} : new Batch[] {first};
    this.results = new Batch[] {new Batch(out.length)};
    this.intoOut = new Batch[] {out};
    this.ends = new int[traits.router().count()];
  }

  void reserve(int count) {
    routed[0].reserve(count);
    gathered.reserve(count);
    results[0].reserve(count);
    for (Batch batch : gateUp) {
      batch.reserve(count);
    }
    if (shared != null) {
      shared.reserve(count);
    }
    int needed = Math.multiplyExact(count, traits.router().used());
    if (order.length < needed) {
      order = new int[needed];
    }
  }

  /// Writes what the experts of `count` tokens make of `input`.
  void run(FeedForwardWeights weights, ExpertWeights experts, Batch input, int count) {
    shared(weights, experts, input, count);
    product.run(experts.router(), input, count, routed, false);
    route.run(routed[0], experts.preference(), count);
    sort(count);
    int from = 0;
    for (int i = 0; i < ends.length; i++) {
      if (ends[i] > from) {
        expert(experts, i, input, from, ends[i] - from);
      }
      from = ends[i];
    }
  }

  private void shared(FeedForwardWeights weights, ExpertWeights experts, Batch input, int count) {
    Batch out = intoOut[0];
    FeedForwardPart part = shared;
    if (part == null) {
      Arrays.fill(out.values, out.at(0), out.at(count), 0);
      return;
    }
    product.run(weights.down(), part.run(weights, input, count), count, intoOut, false);
    float[] gate = experts.sharedGate();
    if (gate != null) {
      for (int t = 0; t < count; t++) {
        float x = FloatLoops.dot(gate, 0, input.values, input.at(t), gate.length);
        FloatLoops.scale(out.values, out.at(t), (float) (1 / (1 + Math.exp(-x))), out.length);
      }
    }
  }

  /// Puts the places of `chosen` in order of experts, and of tokens for each of them.
  private void sort(int count) {
    int places = count * traits.router().used();
    Arrays.fill(ends, 0);
    for (int i = 0; i < places; i++) {
      ends[route.chosen[i]]++;
    }
    int sum = 0;
    for (int i = 0; i < ends.length; i++) {
      int own = ends[i];
      ends[i] = sum;
      sum += own;
    }
    for (int i = 0; i < places; i++) {
      order[ends[route.chosen[i]]++] = i;
    }
  }

  private void expert(ExpertWeights weights, int index, Batch input, int from, int count) {
    int used = traits.router().used();
    for (int i = 0; i < count; i++) {
      int at = input.at(order[from + i] / used);
      System.arraycopy(input.values, at, gathered.values, gathered.at(i), gathered.length);
    }
    Dense expert = traits.expert();
    product.run(weights.gateUp()[index], gathered, count, gateUp, false);
    activate.run(expert.activation(), gateUp[0], expert.gated() ? gateUp[1] : null, count);
    product.run(weights.down()[index], gateUp[0], count, results, false);
    Batch out = intoOut[0];
    Batch own = results[0];
    for (int i = 0; i < count; i++) {
      int place = order[from + i];
      FloatLoops.add(
          out.values,
          out.at(place / used),
          route.weights[place],
          own.values,
          own.at(i),
          out.length);
    }
  }
}
