package dev.quern.converter;

import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.ggml.LlamaView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A LLaMA in one file of a format from before GGUF.
final class LegacySource extends ModelSource {
  private final LlamaView model;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final SourceOptions options;

  LegacySource(LlamaView model, SourceOptions options) {
    super(model.path());
    this.model = model;
    this.options = options;
    for (TensorInfo info : model.tensors()) {
      TensorData data = model.tensor(info.name()).orElseThrow();
      weights.add(SourceWeight.of(data, model.name()));
    }
  }

  @Override
  public String architecture() {
    return Metadata.of(model).text("general.architecture");
  }

  @Override
  public List<String> problems() {
    return List.of();
  }

  @Override
  public List<String> warnings() {
    return model.notes();
  }

  @Override
  public ModelView view() {
    return model;
  }

  @Override
  List<SourceWeight> weights() {
    return weights;
  }

  @Override
  SequencedMap<String, MetadataValue> metadata(int fileType) {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>(model.metadata());
    options.name().ifPresent(name -> metadata.put("general.name", new MetadataValue.Text(name)));
    return metadata;
  }

  @Override
  boolean isFresh() {
    return false;
  }

  @Override
  public void close() {
    model.close();
  }
}
