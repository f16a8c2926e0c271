package dev.quern.engine;

import dev.quern.engine.kernel.RowDecoder;
import dev.quern.engine.kernel.RowKernels;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.DecoderTraits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the tensors of a decoder and checks their shapes against its traits. Nothing is allocated
/// by a number of the metadata alone: each length is first met in the shape of a tensor.
final class WeightsLoader {
  private final ModelView view;
  private final DecoderTraits traits;
  private final Activations activations;
  private final Set<String> used = new HashSet<>();

  WeightsLoader(ModelView view, DecoderTraits traits, Activations activations) {
    this.view = view;
    this.traits = traits;
    this.activations = activations;
  }

  /// @throws MalformedFileException if a tensor is missing, has another shape or a type that cannot
  ///   be read, or is not part of such a model
  ModelWeights load() {
    int hidden = traits.hiddenLength();
    Matrix embedding = matrix("token_embd", hidden, rowsOfEmbedding(hidden));
    List<BlockWeights> blocks = new ArrayList<>();
    for (int i = 0; i < traits.blockCount(); i++) {
      blocks.add(block("blk." + i + "."));
    }
    float[] outputNorm = vector("output_norm.weight", hidden);
    boolean tied = view.tensor("output.weight").isEmpty();
    // a tied matrix is looked up in rows where it lies, and multiplied in groups
    Matrix output = matrix(tied ? "token_embd" : "output", hidden, embedding.rows);
    float[] factors = optionalVector("rope_freqs.weight", traits.block().rotary().dimensions() / 2);
    rejectStrangers();
    return new ModelWeights(
        embedding, blocks.toArray(BlockWeights[]::new), outputNorm, new Matrix[] {output}, factors);
  }

  private BlockWeights block(String prefix) {
    int hidden = traits.hiddenLength();
    Attention attention = traits.block().attention();
    int keys = attention.keyLength();
    int values = attention.valueLength();
    int feedForward = traits.block().feedForward().length();
    return new BlockWeights(
        vector(prefix + "attn_norm.weight", hidden),
        new Matrix[] {
          matrix(prefix + "attn_q", hidden, (long) attention.heads() * keys),
          matrix(prefix + "attn_k", hidden, (long) attention.keyValueHeads() * keys),
          matrix(prefix + "attn_v", hidden, (long) attention.keyValueHeads() * values)
        },
        new Matrix[] {matrix(prefix + "attn_output", (long) attention.heads() * values, hidden)},
        vector(prefix + "ffn_norm.weight", hidden),
        new Matrix[] {
          matrix(prefix + "ffn_gate", hidden, feedForward),
          matrix(prefix + "ffn_up", hidden, feedForward)
        },
        new Matrix[] {matrix(prefix + "ffn_down", feedForward, hidden)});
  }

  private long rowsOfEmbedding(int hidden) {
    TensorInfo info = tensor("token_embd.weight").info();
    long rows = info.shape().rows();
    if (rows < 1 || rows > Integer.MAX_VALUE || info.shape().rowLength() != hidden) {
      throw malformed(
          info.name()
              + " is "
              + info.shape()
              + ", wanted "
              + hidden
              + " (embedding_length) by the vocabulary");
    }
    return rows;
  }

  private Matrix matrix(String name, long columns, long rows) {
    TensorData data = tensor(name + ".weight");
    TensorInfo info = data.info();
    Shape shape = info.shape();
    if (shape.rowLength() != columns || shape.rows() != rows || rows > Integer.MAX_VALUE) {
      throw malformed(info.name() + " is " + shape + ", wanted " + columns + " x " + rows);
    }
    return new Matrix(data, decoder(info), optionalVector(name + ".bias", (int) rows), activations);
  }

  private float[] vector(String name, int length) {
    TensorData data = tensor(name);
    TensorInfo info = data.info();
    if (info.shape().elements() != length || info.shape().rowLength() != length) {
      throw malformed(name + " is " + info.shape() + ", wanted " + length);
    }
    float[] values = new float[length];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(info.bytes(), 8);
      data.read(0, 1, bytes);
      decoder(info).decode(bytes, 0, values, 0, length);
    }
    return values;
  }

  private float @Nullable [] optionalVector(String name, int length) {
    return view.tensor(name).isEmpty() ? null : vector(name, length);
  }

  private TensorData tensor(String name) {
    Optional<TensorData> data = view.tensor(name);
    used.add(name);
    return data.orElseThrow(() -> malformed("tensor " + name + " is missing"));
  }

  private RowDecoder decoder(TensorInfo info) {
    return RowKernels.decoder(info.type())
        .orElseThrow(
            () -> malformed(info.name() + " is " + info.type() + ", a type that cannot be run"));
  }

  /// A tensor that is not used would change what the model computes, so such a model is refused.
  private void rejectStrangers() {
    for (TensorInfo info : view.tensors()) {
      String name = info.name();
      boolean unneeded = name.endsWith(".attn_rot_embd") || name.endsWith(".attn_rot_embd.weight");
      if (!used.contains(name) && !unneeded) {
        throw malformed(
            "tensor " + name + " is not part of a model of architecture " + traits.architecture());
      }
    }
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(Path.of(view.name()), problem);
  }
}
