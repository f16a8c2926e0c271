package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.Direct;
import dev.quern.formats.architecture.BlockTraits.Experts;
import dev.quern.formats.architecture.BlockTraits.Latent;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import org.jspecify.annotations.Nullable;

/// Finds the tensors of one block.
final class BlockLoader {
  private static final String SHARED = "_shexp";

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
    return switch (traits.attention().source()) {
      case Direct _ -> direct(traits.attention(), traits.places());
      case Latent shape -> latent(shape, traits.attention().heads(), traits.places());
    };
  }

  private AttentionWeights direct(Attention shape, NormPlaces places) {
    long values = (long) shape.heads() * shape.valueLength();
    return new AttentionWeights(
        norm(places.beforeAttention()),
        queryKeyValue(shape),
        null,
        headNorm("attn_q_norm", shape, shape.heads()),
        headNorm("attn_k_norm", shape, shape.keyValueHeads()),
        finder.optionalVector(prefix + "attn_sinks.weight", shape.heads()),
        new Matrix[] {finder.matrix(prefix + "attn_output", values, hidden)},
        norm(places.afterAttention()));
  }

  private AttentionWeights latent(Latent shape, int heads, NormPlaces places) {
    long values = (long) heads * shape.valueLength();
    return new AttentionWeights(
        norm(places.beforeAttention()),
        new Matrix[] {},
        latent(shape, heads),
        null,
        null,
        null,
        new Matrix[] {finder.matrix(prefix + "attn_output", values, hidden)},
        norm(places.afterAttention()));
  }

  private LatentWeights latent(Latent shape, int heads) {
    long queries = (long) heads * (shape.plainLength() + shape.turnedLength());
    int rank = shape.queryRank();
    boolean whole = rank == 0;
    Matrix first =
        whole
            ? finder.matrix(prefix + "attn_q", hidden, queries)
            : finder.matrix(prefix + "attn_q_a", hidden, rank);
    Matrix second =
        finder.matrix(prefix + "attn_kv_a_mqa", hidden, shape.rank() + shape.turnedLength());
    return new LatentWeights(
        new Matrix[] {first, second},
        whole ? null : latentNorm("attn_q_a_norm", rank),
        whole ? new Matrix[] {} : new Matrix[] {finder.matrix(prefix + "attn_q_b", rank, queries)},
        latentNorm("attn_kv_a_norm", shape.rank()),
        finder.stack(prefix + "attn_k_b", shape.plainLength(), shape.rank(), heads),
        finder.stack(prefix + "attn_v_b", shape.rank(), shape.valueLength(), heads));
  }

  private NormWeights latentNorm(String name, int length) {
    return WeightsLoader.norm(finder, prefix + name, traits.norm(), length);
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
    NormPlaces places = traits.places();
    boolean shared = places.beforeFeedForward().equals(places.beforeAttention());
    NormWeights norm = shared ? null : norm(places.beforeFeedForward());
    NormWeights postNorm = norm(places.afterFeedForward());
    return switch (traits.feedForward()) {
      case Dense dense ->
          new FeedForwardWeights(norm, gateUp(dense, ""), down(dense, ""), null, postNorm);
      case Experts mixture -> {
        Dense every = mixture.shared();
        Matrix[] none = {};
        yield new FeedForwardWeights(
            norm,
            every.length() == 0 ? none : gateUp(every, SHARED),
            every.length() == 0 ? none : down(every, SHARED),
            experts(mixture),
            postNorm);
      }
    };
  }

  private Matrix[] down(Dense dense, String suffix) {
    return new Matrix[] {finder.matrix(prefix + "ffn_down" + suffix, dense.length(), hidden)};
  }

  private Matrix[] gateUp(Dense dense, String suffix) {
    int length = dense.length();
    String gate = prefix + "ffn_gate" + suffix;
    String up = prefix + "ffn_up" + suffix;
    if (!dense.gated()) {
      return finder.matrices(up, hidden, length);
    }
    if (!finder.has(gate + ".weight")
        && finder.has(up + ".weight")
        && finder.tensor(up + ".weight").info().shape().rows() == 2L * length) {
      return finder.matrices(up, hidden, length, length);
    }
    return new Matrix[] {finder.matrix(gate, hidden, length), finder.matrix(up, hidden, length)};
  }

  private ExpertWeights experts(Experts mixture) {
    int count = mixture.router().count();
    int length = mixture.expert().length();
    Matrix router = finder.matrix(prefix + "ffn_gate_inp", hidden, count);
    Matrix[] up = finder.stack(prefix + "ffn_up_exps", hidden, length, count);
    Matrix[] gate =
        mixture.expert().gated()
            ? finder.stack(prefix + "ffn_gate_exps", hidden, length, count)
            : up;
    Matrix[] down = finder.stack(prefix + "ffn_down_exps", length, hidden, count);
    Matrix[][] gateUp = new Matrix[count][];
    Matrix[][] last = new Matrix[count][];
    for (int i = 0; i < count; i++) {
      gateUp[i] = mixture.expert().gated() ? new Matrix[] {gate[i], up[i]} : new Matrix[] {up[i]};
      last[i] = new Matrix[] {down[i]};
    }
    return new ExpertWeights(
        new Matrix[] {router},
        finder.optionalVector(prefix + "exp_probs_b.bias", count),
        gateUp,
        last,
        mixture.shared().length() == 0
            ? null
            : finder.optionalVector(prefix + "ffn_gate_inp_shexp.weight", hidden));
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
