package dev.quern.converter;

import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.architecture.Transform;
import java.util.List;

/// Weights on their way through the steps of a transform: nothing is computed before it is read.
///
/// @param reader the weights so far
/// @param shape their extents
/// @param half true if the source stores halves, in which PyTorch then computes
/// @param type what holds them without loss
record TransformedWeights(WeightReader reader, Shape shape, boolean half, GgmlType type) {

  /// What `transform` makes of `sources`.
  static TransformedWeights of(List<SourceTensor> sources, Transform transform) {
    SourceTensor first = sources.getFirst();
    boolean alike = sources.stream().allMatch(source -> source.dtype() == first.dtype());
    GgmlType stored =
        alike ? SourceReader.ggmlType(first.dtype()).orElse(GgmlType.F32) : GgmlType.F32;
    boolean half = alike && first.dtype() == DType.F16;
    WeightReader reader =
        sources.size() == 1
            ? SourceReader.of(first)
            : new StackedReader(
                sources.stream().map(SourceReader::of).toList(), first.shape().elements());
    return new TransformedWeights(reader, first.shape(), half, stored).then(transform);
  }

  private TransformedWeights then(Transform transform) {
    Shape next = transform.shape(shape);
    return switch (transform) {
      case Transform.Keep _, Transform.Stack _, Transform.Reshape _ ->
          new TransformedWeights(reader, next, half, type);
      case Transform.PermuteRotary permute -> ordered(RowOrder.of(permute, rows()), next);
      case Transform.UngroupHeads ungroup -> ordered(RowOrder.of(ungroup, rows()), next);
      case Transform.TakeRows take -> ordered(RowOrder.of(take), next);
      case Transform.Transpose _ -> transposed(next);
      case Transform.Each(Transform.Function function) ->
          new TransformedWeights(new FunctionReader(reader, function), next, false, GgmlType.F32);
      case Transform.UnitRows _ ->
          new TransformedWeights(
              new UnitRowsReader(reader, Math.toIntExact(shape.rowLength())),
              next,
              false,
              GgmlType.F32);
      case Transform.Divide(float divisor) ->
          new TransformedWeights(divided(divisor), next, half, half ? GgmlType.F16 : GgmlType.F32);
      case Transform.Chain(List<Transform> steps) -> {
        TransformedWeights weights = this;
        for (Transform step : steps) {
          weights = weights.then(step);
        }
        yield weights;
      }
      case Transform.Constant _ ->
          throw new IllegalArgumentException("a constant is made of nothing");
      case Transform.HalveEvery _ ->
          throw new IllegalArgumentException("how often is said by the block");
    };
  }

  private WeightReader divided(float divisor) {
    return (first, count, out) -> {
      reader.read(first, count, out);
      for (int i = 0; i < count; i++) {
        float value = out[i] / divisor;
        out[i] = half ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
      }
    };
  }

  private long rows() {
    return shape.rank() == 1 ? shape.rowLength() : shape.rows();
  }

  private TransformedWeights ordered(RowOrder order, Shape next) {
    long length = shape.rank() == 1 ? 1 : shape.rowLength();
    return new TransformedWeights(new RowReader(reader, length, order), next, half, type);
  }

  private TransformedWeights transposed(Shape next) {
    WeightReader turned =
        shape.rank() == 1 ? reader : new TransposedReader(reader, next.rowLength(), next.extent(1));
    return new TransformedWeights(turned, next, half, type);
  }
}
