package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A source as the engine sees it: matrices in the type that the source stores, vectors in `F32`,
/// as a GGUF of the source's own type would have them.
final class UnquantizedView implements ModelView {
  private final String name;
  private final Map<String, MetadataValue> metadata;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  UnquantizedView(String name, Map<String, MetadataValue> metadata, List<SourceWeight> weights) {
    this.name = name;
    this.metadata = metadata;
    for (SourceWeight weight : weights) {
      TensorInfo info = weight.info();
      GgmlType type = info.shape().rank() == 1 ? GgmlType.F32 : info.type();
      tensors.put(info.name(), weight.asTensorData(type));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return metadata;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.values().stream().map(TensorData::info).toList();
  }

  @Override
  public Optional<TensorData> tensor(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  /// Closes nothing: the source owns the files.
  @Override
  public void close() {}
}
