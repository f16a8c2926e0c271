package dev.quern.formats.mistral;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.SourceTensor;
import java.util.List;
import java.util.regex.Pattern;

/// Mistral's tensors with those of experts under the names that the family has elsewhere, and those
/// of an eye left out.
final class MistralNames {
  private static final Pattern EXPERT =
      Pattern.compile("(layers\\.\\d+\\.)feed_forward\\.(gate|experts\\.\\d+\\.w[123])\\.(.+)");
  private static final Pattern EYE =
      Pattern.compile(
          "(vision_encoder|vision_language_adapter|pre_mm_projector_norm|patch_merger)\\..*");

  private MistralNames() {}

  /// The tensors of `checkpoint`, which what is returned closes.
  static Checkpoint of(Checkpoint checkpoint) {
    List<SourceTensor> tensors =
        checkpoint.tensors().stream()
            .filter(tensor -> !EYE.matcher(tensor.name()).matches())
            .map(MistralNames::named)
            .toList();
    return ListedCheckpoint.over(checkpoint, tensors, List.of(), () -> {});
  }

  private static SourceTensor named(SourceTensor tensor) {
    String name = EXPERT.matcher(tensor.name()).replaceFirst("$1block_sparse_moe.$2.$3");
    return new SourceTensor(name, tensor.dtype(), tensor.shape(), tensor.data(), tensor.file());
  }
}
