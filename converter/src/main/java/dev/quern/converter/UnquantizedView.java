package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.ListedView;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.util.List;
import java.util.Map;

/// A source as the engine sees it: matrices in the type that the source stores, vectors in `F32`,
/// as a GGUF of the source's own type would have them.
final class UnquantizedView {
  private UnquantizedView() {}

  /// The view of `weights`. It closes nothing: the source owns the files.
  static ModelView of(
      String name, Map<String, MetadataValue> metadata, List<SourceWeight> weights) {
    return new ListedView(
        name, metadata, weights.stream().map(UnquantizedView::data).toList(), () -> {});
  }

  private static TensorData data(SourceWeight weight) {
    TensorInfo info = weight.info();
    return weight.asTensorData(info.shape().rank() == 1 ? GgmlType.F32 : info.type());
  }
}
