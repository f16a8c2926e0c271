package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import org.jspecify.annotations.Nullable;

/// Finds the tensors of one block.
final class BlockLoader {
  private final TensorFinder finder;
  private final int hidden;
  private final BlockTraits traits;
  private final String prefix;

  BlockLoader(TensorFinder finder, int hidden, BlockTraits traits, int index) {
    this.finder = finder;
    this.hidden = hidden;
    this.traits = traits;
    this.prefix = "blk." + index + ".";
  }

  BlockWeights load() {
    return new BlockWeights(attention(), feedForward());
  }

  private AttentionWeights attention() {
    Attention shape = traits.attention();
    NormPlaces places = traits.places();
    long values = (long) shape.heads() * shape.valueLength();
    return new AttentionWeights(
        norm(places.beforeAttention()),
        queryKeyValue(shape),
        headNorm("attn_q_norm", shape, shape.heads()),
        headNorm("attn_k_norm", shape, shape.keyValueHeads()),
        finder.optionalVector(prefix + "attn_sinks.weight", shape.heads()),
        new Matrix[] {finder.matrix(prefix + "attn_output", values, hidden)},
        norm(places.afterAttention()));
  }

  private Matrix[] queryKeyValue(Attention shape) {
    long queries = (long) shape.heads() * shape.keyLength();
    long keys = (long) shape.keyValueHeads() * shape.keyLength();
    long values = (long) shape.keyValueHeads() * shape.valueLength();
    if (finder.has(prefix + "attn_qkv.weight")) {
      return finder.matrices(prefix + "attn_qkv", hidden, queries, keys, values);
    }
    return new Matrix[] {
      finder.matrix(prefix + "attn_q", hidden, queries),
      finder.matrix(prefix + "attn_k", hidden, keys),
      finder.matrix(prefix + "attn_v", hidden, values)
    };
  }

  private FeedForwardWeights feedForward() {
    Dense dense =
        switch (traits.feedForward()) {
          case Dense part -> part;
        };
    NormPlaces places = traits.places();
    boolean shared = places.beforeFeedForward().equals(places.beforeAttention());
    return new FeedForwardWeights(
        shared ? null : norm(places.beforeFeedForward()),
        gateUp(dense),
        new Matrix[] {finder.matrix(prefix + "ffn_down", dense.length(), hidden)},
        norm(places.afterFeedForward()));
  }

  private Matrix[] gateUp(Dense dense) {
    int length = dense.length();
    if (!dense.gated()) {
      return finder.matrices(prefix + "ffn_up", hidden, length);
    }
    if (!finder.has(prefix + "ffn_gate.weight")
        && finder.has(prefix + "ffn_up.weight")
        && finder.tensor(prefix + "ffn_up.weight").info().shape().rows() == 2L * length) {
      return finder.matrices(prefix + "ffn_up", hidden, length, length);
    }
    return new Matrix[] {
      finder.matrix(prefix + "ffn_gate", hidden, length),
      finder.matrix(prefix + "ffn_up", hidden, length)
    };
  }

  private @Nullable NormWeights norm(String place) {
    return place.isEmpty()
        ? null
        : WeightsLoader.norm(finder, prefix + place, traits.norm(), hidden);
  }

  private @Nullable NormWeights headNorm(String name, Attention shape, int heads) {
    String tensor = prefix + name;
    int length = shape.keyLength();
    return switch (shape.headNorm()) {
      case NONE -> null;
      case SHARED -> WeightsLoader.norm(finder, tensor, traits.norm(), length);
      case WHOLE ->
          WeightsLoader.norm(finder, tensor, traits.norm(), Math.multiplyExact(heads, length));
      case OWN -> new NormWeights(finder.rows(tensor + ".weight", length, heads), null);
    };
  }
}
