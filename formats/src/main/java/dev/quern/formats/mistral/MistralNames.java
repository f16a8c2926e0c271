package dev.quern.formats.mistral;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Mistral's tensors with those of experts under the names that the family has elsewhere, and those
/// of an eye left out.
final class MistralNames implements Checkpoint {
  private static final Pattern EXPERT =
      Pattern.compile("(layers\\.\\d+\\.)feed_forward\\.(gate|experts\\.\\d+\\.w[123])\\.(.+)");
  private static final Pattern EYE =
      Pattern.compile(
          "(vision_encoder|vision_language_adapter|pre_mm_projector_norm|patch_merger)\\..*");

  private final Checkpoint checkpoint;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;

  private MistralNames(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.tensors =
        checkpoint.tensors().stream()
            .filter(tensor -> !EYE.matcher(tensor.name()).matches())
            .map(MistralNames::named)
            .toList();
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
  }

  static Checkpoint of(Checkpoint checkpoint) {
    return new MistralNames(checkpoint);
  }

  private static SourceTensor named(SourceTensor tensor) {
    String name = EXPERT.matcher(tensor.name()).replaceFirst("$1block_sparse_moe.$2.$3");
    return new SourceTensor(name, tensor.dtype(), tensor.shape(), tensor.data(), tensor.file());
  }

  @Override
  public Path path() {
    return checkpoint.path();
  }

  @Override
  public List<SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public List<String> notes() {
    return checkpoint.notes();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
