package dev.quern.formats.flax;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.function.Function;

/// The weights of a model of Flax's under the names and in the order of numbers of PyTorch's, as
/// Hugging Face publishes it.
///
/// | Flax | PyTorch | |
/// |---|---|---|
/// | `P.kernel` | `P.weight` | a matrix, transposed |
/// | `P.embedding`, `P.scale` | `P.weight` | as it is |
/// | any other | the same | as it is |
///
/// A LLaMA of EasyLM's has names of its own: [EasyLmLlama].
public final class FlaxLayout {
  private static final String EMBEDDING = ".embedding";
  private static final String SCALE = ".scale";
  private static final String KERNEL = ".kernel";

  private FlaxLayout() {}

  /// True if `checkpoint` has the tensors of a model of Flax's.
  public static boolean isOne(Checkpoint checkpoint) {
    return checkpoint.tensors().stream().anyMatch(tensor -> tensor.name().endsWith(EMBEDDING));
  }

  /// The weights of `checkpoint` as PyTorch has them; `checkpoint` itself if it [#isOne] not. What
  /// is returned closes it.
  ///
  /// @param config the model's, which says how many heads a LLaMA of EasyLM's has
  /// @throws MalformedFileException if a tensor is none of such a model's
  public static Checkpoint of(Checkpoint checkpoint, ModelConfig config) {
    if (!isOne(checkpoint)) {
      return checkpoint;
    }
    Function<SourceTensor, SourceTensor> naming =
        EasyLmLlama.isOne(checkpoint) ? new EasyLmLlama(config)::renamed : FlaxLayout::renamed;
    List<SourceTensor> tensors = checkpoint.tensors().stream().map(naming).toList();
    return ListedCheckpoint.over(checkpoint, tensors, List.of(), () -> {});
  }

  private static SourceTensor renamed(SourceTensor tensor) {
    String name = tensor.name();
    if (name.endsWith(KERNEL)) {
      return transposed(tensor, weight(name, KERNEL), 0);
    }
    for (String end : List.of(EMBEDDING, SCALE)) {
      if (name.endsWith(end)) {
        return named(tensor, weight(name, end));
      }
    }
    return tensor;
  }

  private static String weight(String name, String end) {
    return name.substring(0, name.length() - end.length()) + ".weight";
  }

  /// The same numbers under another name.
  static SourceTensor named(SourceTensor tensor, String name) {
    return new SourceTensor(name, tensor.dtype(), tensor.shape(), tensor.data(), tensor.file());
  }

  /// The columns as rows, under another name.
  ///
  /// @param heads heads in each of which rows of pairs become rows of halves; 0 if rows keep their
  ///   order
  /// @throws MalformedFileException if it is no matrix, or its columns are no pairs of heads
  static SourceTensor transposed(SourceTensor tensor, String name, long heads) {
    Shape stored = tensor.shape();
    if (stored.rank() != 2) {
      throw new MalformedFileException(
          tensor.file(), "tensor %s is %s, wanted a matrix".formatted(tensor.name(), stored));
    }
    long outputs = stored.rowLength();
    if (heads < 0 || (heads > 0 && outputs % (2 * heads) != 0)) {
      throw new MalformedFileException(
          tensor.file(),
          "tensor %s has %d outputs, which are no pairs for %d heads"
              .formatted(tensor.name(), outputs, heads));
    }
    SourceData data =
        new TransposedData(
            tensor.bytes(),
            tensor.dtype(),
            stored.extent(1),
            outputs,
            heads == 0 ? 1 : outputs / heads);
    return new SourceTensor(
        name, tensor.dtype(), Shape.of(stored.extent(1), outputs), data, tensor.file());
  }
}
