package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A checkpoint as a view of its tensors under their own names, without metadata: not a model that
/// could run, but one that can be compared.
public final class CheckpointView {
  private CheckpointView() {}

  /// The view of `checkpoint`, which stays the caller's.
  ///
  /// @throws MalformedFileException if a tensor has numbers that no GGML type stores as they are
  public static ModelView of(Checkpoint checkpoint) {
    List<TensorData> tensors = checkpoint.tensors().stream().map(CheckpointView::data).toList();
    return new ListedView(checkpoint.path().toString(), Map.of(), tensors, () -> {});
  }

  private static TensorData data(SourceTensor tensor) {
    TensorInfo info = new TensorInfo(tensor.name(), type(tensor), tensor.shape());
    SourceData data = tensor.data();
    Optional<MemorySegment> mapped = data.mapped();
    return mapped.isPresent() ? new MappedTensor(info, mapped.get()) : new Gathered(info, data);
  }

  /// Numbers that do not lie in one piece.
  private record Gathered(TensorInfo info, SourceData data) implements TensorData {
    @Override
    public void read(long from, long count, MemorySegment into) {
      long length = info.shape().rowLength();
      data.read(from * length, count * length, into);
    }
  }

  private static GgmlType type(SourceTensor tensor) {
    return switch (tensor.dtype()) {
      case F16 -> GgmlType.F16;
      case BF16 -> GgmlType.BF16;
      case F32 -> GgmlType.F32;
      case F64 -> GgmlType.F64;
      case I8 -> GgmlType.I8;
      case I16 -> GgmlType.I16;
      case I32 -> GgmlType.I32;
      case I64 -> GgmlType.I64;
      default ->
          throw new MalformedFileException(
              tensor.file(),
              "tensor %s is %s, which cannot be compared; wanted F64, F32, F16, BF16 or I64 to I8"
                  .formatted(tensor.name(), tensor.dtype()));
    };
  }
}
