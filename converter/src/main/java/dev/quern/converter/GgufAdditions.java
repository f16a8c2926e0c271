package dev.quern.converter;

import dev.quern.converter.overlay.HuggingFaceNames;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.architecture.Transform;
import dev.quern.formats.gguf.GgufModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What adapters make of the tensors of a GGUF of a LLaMA that is not quantized: they are added
/// under Hugging Face's names, and the sums laid out as the GGUF has its tensors.
final class GgufAdditions implements AutoCloseable {
  private final MergedModel merged;
  private final Map<String, String> names;
  private final Metadata metadata;

  private GgufAdditions(MergedModel merged, GgufModel model) {
    this.merged = merged;
    this.metadata = Metadata.of(model);
    this.names =
        HuggingFaceNames.ofTensors(model.tensors().stream().map(TensorInfo::name).toList());
  }

  /// Adds what `merging` says to the GGUF `path`, of which `model` has the names.
  static GgufAdditions open(Path path, GgufModel model, Merging merging) {
    return new GgufAdditions(MergedModel.of(MergeBase.gguf(path), merging), model);
  }

  /// The tensor `info` with what is added to it, if something is.
  Optional<SourceWeight> weight(TensorInfo info) {
    Optional<SourceTensor> sum =
        Optional.ofNullable(names.get(info.name()))
            .flatMap(merged.checkpoint()::tensor)
            .filter(tensor -> !tensor.data().made().isEmpty());
    if (sum.isEmpty()) {
      return Optional.empty();
    }
    SourceTensor tensor = sum.get();
    if (!tensor.shape().equals(info.shape())) {
      throw new MalformedFileException(
          tensor.file(),
          "tensor %s becomes %s, and the GGUF has tokens for %s; add to the checkpoint that it was made of"
              .formatted(info.name(), tensor.shape(), info.shape()));
    }
    return Optional.of(
        SourceWeight.of(
            new TensorMapping(
                info.name(), info.shape(), List.of(tensor), transform(tensor.name()))));
  }

  private Transform transform(String name) {
    int heads = Math.toIntExact(metadata.integer("llama.attention.head_count"));
    if (name.contains(".self_attn.q_proj.")) {
      return new Transform.PermuteRotary(heads);
    }
    return name.contains(".self_attn.k_proj.")
        ? new Transform.PermuteRotary(
            Math.toIntExact(
                metadata.optionalInteger("llama.attention.head_count_kv").orElse(heads)))
        : new Transform.Keep();
  }

  @Override
  public void close() {
    merged.close();
  }
}
