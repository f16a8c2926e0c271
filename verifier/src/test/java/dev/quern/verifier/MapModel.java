package dev.quern.verifier;

import dev.quern.formats.DecodedTensor;
import dev.quern.formats.GgmlType;
import dev.quern.formats.ListedView;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A handful of tensors and metadata.
public final class MapModel implements ModelView {
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();
  private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
  private final Arena arena = Arena.ofAuto();

  /// Nothing yet.
  public MapModel() {}

  /// The same, but rows are computed as they are read.
  public ModelView computed() {
    List<TensorData> computed = tensors.values().stream().map(MapModel::computed).toList();
    return new ListedView(name(), metadata, computed, () -> {});
  }

  private static TensorData computed(TensorData data) {
    return new DecodedTensor(data.info(), "another tensor", data::read);
  }

  public MapModel with(String name, GgmlType type, Shape shape, float... values) {
    float[] all = Arrays.copyOf(values, (int) shape.elements());
    MemorySegment bytes = arena.allocate(type.bytes(all.length), 64);
    BlockCodecs.of(type).newEncoder().encode(all, 0, all.length, bytes, 0);
    return with(name, type, shape, bytes);
  }

  public MapModel with(String name, GgmlType type, Shape shape, MemorySegment bytes) {
    tensors.put(name, new MappedTensor(new TensorInfo(name, type, shape), bytes));
    return this;
  }

  public MapModel with(String key, MetadataValue value) {
    metadata.put(key, value);
    return this;
  }

  @Override
  public String name() {
    return "model";
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
  public Optional<TensorData> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  @Override
  public void close() {}
}
