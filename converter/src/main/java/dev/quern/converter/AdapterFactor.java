package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.adapter.LoraModule;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.architecture.Transform;
import java.util.List;

/// One of the two factors of a module in a GGUF.
///
/// @param name its name there
/// @param shape its extents there
/// @param reader its numbers
/// @param isRescaled true if they are not those of the adapter but a multiple
/// @param origin what messages call it
record AdapterFactor(
    String name, Shape shape, WeightReader reader, boolean isRescaled, String origin) {

  /// The factors of what `target` makes of the weight of `module`.
  ///
  /// Rows of the weight are rows of the second factor, so what happens to rows happens to these; a
  /// weight that is transposed on the way is one whose product was.
  ///
  /// @param alpha what the file says of all modules
  static List<AdapterFactor> of(LoraModule module, TensorMapping target, float alpha) {
    float factor = rescaling(module, alpha);
    SourceTensor down = matrix(module.down(), module.inputs(), module.rank());
    SourceTensor up = matrix(module.up(), module.rank(), module.outputs());
    TransformedWeights first = TransformedWeights.of(List.of(down), new Transform.Keep());
    TransformedWeights second;
    if (module.isEmbedding()) {
      requireKept(module, target, target.transform() instanceof Transform.Keep);
      first = TransformedWeights.of(List.of(down), new Transform.Transpose());
      second = TransformedWeights.of(List.of(up), new Transform.Keep());
    } else {
      second = TransformedWeights.of(List.of(up), rows(module, target));
    }
    return List.of(
        factor(target.name() + ".lora_a", first, 1, module.down()),
        factor(target.name() + ".lora_b", second, factor, module.up()));
  }

  /// What must be multiplied in, as programs scale by `alpha` over the rank.
  private static float rescaling(LoraModule module, float alpha) {
    double implied = (double) alpha / module.rank();
    double wanted = module.scale(1);
    return (float) implied == (float) wanted ? 1 : (float) (wanted / implied);
  }

  private static SourceTensor matrix(SourceTensor tensor, long length, long rows) {
    return new SourceTensor(
        tensor.name(), tensor.dtype(), Shape.of(length, rows), tensor.data(), tensor.file());
  }

  /// What happens to the rows of the weight.
  private static Transform rows(LoraModule module, TensorMapping target) {
    Transform transform = target.transform();
    requireKept(module, target, target.sources().size() == 1);
    if (module.transposed()) {
      boolean turned = transform instanceof Transform.Transpose;
      boolean turnedFirst =
          transform instanceof Transform.Chain(List<Transform> steps)
              && steps.getFirst() instanceof Transform.Transpose;
      requireKept(module, target, turned || turnedFirst);
      transform =
          transform instanceof Transform.Chain(List<Transform> steps)
              ? new Transform.Chain(steps.subList(1, steps.size()))
              : new Transform.Keep();
    }
    requireKept(module, target, isOfRows(transform));
    return transform;
  }

  private static boolean isOfRows(Transform transform) {
    return switch (transform) {
      case Transform.Keep _,
          Transform.PermuteRotary _,
          Transform.UngroupHeads _,
          Transform.TakeRows _ ->
          true;
      case Transform.Chain(List<Transform> steps) ->
          steps.stream().allMatch(AdapterFactor::isOfRows);
      case Transform.UnitRows _,
          Transform.Transpose _,
          Transform.Stack _,
          Transform.Reshape _,
          Transform.Each _,
          Transform.Divide _,
          Transform.HalveEvery _,
          Transform.Constant _ ->
          false;
    };
  }

  private static void requireKept(LoraModule module, TensorMapping target, boolean kept) {
    if (!kept) {
      throw new MalformedFileException(
          module.down().file(),
          "%s becomes %s by more than an order of rows, which an adapter in a GGUF cannot follow: merge it instead (--lora of convert, or merge)"
              .formatted(module.name(), target.name()));
    }
  }

  private static AdapterFactor factor(
      String name, TransformedWeights weights, float factor, SourceTensor source) {
    WeightReader reader = weights.reader();
    WeightReader scaled =
        factor == 1
            ? reader
            : (first, count, out) -> {
              reader.read(first, count, out);
              for (int i = 0; i < count; i++) {
                out[i] *= factor;
              }
            };
    String origin = source.file() + ": tensor " + source.name();
    return new AdapterFactor(name, weights.shape(), scaled, factor != 1, origin);
  }

  TensorInfo info(GgmlType type) {
    return new TensorInfo(name, type, shape);
  }
}
