package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.util.List;

/// Where the weights of one GGUF tensor come from.
///
/// @param name name in the GGUF
/// @param shape extents in the GGUF, row length first
/// @param sources the tensors of the checkpoint that it is made of, in the order that the transform
///   wants
/// @param transform what happens to them
public record TensorMapping(
    String name, Shape shape, List<SourceTensor> sources, Transform transform) {
  public TensorMapping {
    sources = List.copyOf(sources);
  }

  /// `source` under another name, otherwise as it is.
  public static TensorMapping keep(String name, SourceTensor source) {
    return new TensorMapping(name, source.shape(), List.of(source), new Transform.Keep());
  }

  /// Numbers that no file holds.
  public static TensorMapping constant(String name, List<Float> values) {
    return new TensorMapping(
        name, Shape.of(values.size()), List.of(), new Transform.Constant(values));
  }
}
