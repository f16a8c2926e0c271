package dev.quern.formats.ggml;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The extents of a LLaMA in a format from before GGUF.
///
/// @param width weights of a token's vector
/// @param hidden weights of a vector inside the feed-forward network
/// @param keyValueHeads heads of keys, which divide the others
/// @param context tokens of the longest text
/// @param epsilon what norms add to a mean square
public record LlamaExtents(
    long vocabulary,
    long width,
    long hidden,
    long heads,
    long keyValueHeads,
    long layers,
    long context,
    float epsilon) {
  /// The metadata of such a model, in the order of llama.cpp's `convert_llama_ggml_to_gguf.py`.
  public SequencedMap<String, MetadataValue> metadata(
      String name, String description, long fileType) {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text("llama"));
    metadata.put("general.name", new Text(name));
    metadata.put("general.description", new Text(description));
    metadata.put("general.file_type", new Uint32(fileType));
    metadata.put("llama.context_length", new Uint32(context));
    metadata.put("llama.embedding_length", new Uint32(width));
    metadata.put("llama.block_count", new Uint32(layers));
    metadata.put("llama.feed_forward_length", new Uint32(hidden));
    metadata.put("llama.rope.dimension_count", new Uint32(width / heads));
    metadata.put("llama.attention.head_count", new Uint32(heads));
    metadata.put("llama.attention.head_count_kv", new Uint32(keyValueHeads));
    metadata.put("llama.attention.layer_norm_rms_epsilon", new Float32(epsilon));
    return metadata;
  }

  /// The tensors of such a model and their extents, without the output matrix.
  public SequencedMap<String, Shape> tensors() {
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    long keys = width / heads * keyValueHeads;
    shapes.put("token_embd.weight", Shape.of(width, vocabulary));
    shapes.put("output_norm.weight", Shape.of(width));
    for (long layer = 0; layer < layers; layer++) {
      String block = "blk." + layer + ".";
      shapes.put(block + "attn_norm.weight", Shape.of(width));
      shapes.put(block + "attn_q.weight", Shape.of(width, width));
      shapes.put(block + "attn_k.weight", Shape.of(width, keys));
      shapes.put(block + "attn_v.weight", Shape.of(width, keys));
      shapes.put(block + "attn_output.weight", Shape.of(width, width));
      shapes.put(block + "ffn_norm.weight", Shape.of(width));
      shapes.put(block + "ffn_gate.weight", Shape.of(width, hidden));
      shapes.put(block + "ffn_down.weight", Shape.of(hidden, width));
      shapes.put(block + "ffn_up.weight", Shape.of(width, hidden));
    }
    return shapes;
  }

  /// The extents of the output matrix.
  public Shape output() {
    return Shape.of(width, vocabulary);
  }

  /// Refuses tensors of `path` that are missing or have other extents.
  ///
  /// @throws MalformedFileException if one does
  void check(Path path, Map<String, TensorData> found) {
    SequencedMap<String, Shape> shapes = tensors();
    shapes.put("output.weight", output());
    shapes.forEach(
        (name, shape) -> {
          TensorData tensor = found.get(name);
          if (tensor == null) {
            throw new MalformedFileException(
                path,
                "no tensor becomes %s: the file is cut short, or not a LLaMA".formatted(name));
          }
          if (!tensor.info().shape().equals(shape)) {
            throw new MalformedFileException(
                path,
                "the tensor that becomes %s is %s, wanted %s"
                    .formatted(name, tensor.info().shape(), shape));
          }
        });
  }
}
