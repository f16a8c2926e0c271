package dev.quern.engine;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Norm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.DecoderTraits;
import dev.quern.formats.architecture.RotaryScaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds the tensors of a decoder and checks their shapes against its traits. Nothing is allocated
/// by a number of the metadata alone: each length is first met in the shape of a tensor.
final class WeightsLoader {
  private final DecoderTraits traits;
  private final TensorFinder finder;

  WeightsLoader(ModelView view, DecoderTraits traits, Activations activations) {
    this.traits = traits;
    this.finder = new TensorFinder(view, activations);
  }

  /// @throws MalformedFileException if a tensor is missing, has another shape or a type that cannot
  ///   be read, or is not part of such a model
  ModelWeights load() {
    int hidden = traits.hiddenLength();
    Matrix embedding = finder.matrix("token_embd", hidden, rows("token_embd", "the vocabulary"));
    Matrix positions =
        finder.has("position_embd.weight")
            ? finder.matrix("position_embd", hidden, rows("position_embd", "the positions"))
            : null;
    Norm norm = traits.output().norm();
    NormWeights embeddingNorm =
        finder.has("token_embd_norm.weight") ? norm("token_embd_norm", norm, hidden) : null;
    List<BlockWeights> blocks = new ArrayList<>();
    for (BlockTraits block : traits.blocks()) {
      blocks.add(new BlockLoader(finder, hidden, block, blocks.size()).load());
    }
    boolean tied = !finder.has("output.weight");
    ModelWeights weights =
        new ModelWeights(
            embedding,
            positions,
            embeddingNorm,
            blocks.toArray(BlockWeights[]::new),
            norm("output_norm", norm, hidden),
            // a tied matrix is looked up in rows where it lies, and multiplied in groups
            finder.matrices(tied ? "token_embd" : "output", hidden, embedding.rows),
            rotaryFactors());
    finder.rejectStrangers(traits.architecture());
    return weights;
  }

  private NormWeights norm(String name, Norm norm, int length) {
    return norm(finder, name, norm, length);
  }

  /// The weights of a normalization of vectors.
  static NormWeights norm(TensorFinder finder, String name, Norm norm, int length) {
    if (norm.kind() == NormKind.PLAIN_LAYER) {
      float[] ones = new float[length];
      Arrays.fill(ones, 1);
      return new NormWeights(ones, null);
    }
    return new NormWeights(
        finder.vector(name + ".weight", length), finder.optionalVector(name + ".bias", length));
  }

  private RotaryFactors rotaryFactors() {
    int pairs =
        traits.blocks().stream().mapToInt(block -> block.rotary().dimensions() / 2).max().orElse(0);
    if (pairs == 0) {
      return new RotaryFactors(null, null, null);
    }
    boolean byLength =
        traits.blocks().stream()
            .anyMatch(block -> block.rotary().scaling() instanceof RotaryScaling.LongRope);
    return byLength
        ? new RotaryFactors(null, factors("short", pairs), factors("long", pairs))
        : new RotaryFactors(finder.optionalVector("rope_freqs.weight", pairs), null, null);
  }

  private float[] factors(String which, int pairs) {
    return finder.vector("rope_factors_" + which + ".weight", pairs);
  }

  private long rows(String name, String what) {
    TensorInfo info = finder.tensor(name + ".weight").info();
    long rows = info.shape().rows();
    int hidden = traits.hiddenLength();
    if (rows < 1 || rows > Integer.MAX_VALUE || info.shape().rowLength() != hidden) {
      throw finder.malformed(
          info.name()
              + " is "
              + info.shape()
              + ", wanted "
              + hidden
              + " (embedding_length) by "
              + what);
    }
    return rows;
  }
}
