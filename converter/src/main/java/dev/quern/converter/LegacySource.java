package dev.quern.converter;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.container.Container;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A LLaMA in one file of a format from before GGUF.
final class LegacySource extends ModelSource {
  private final ModelView model;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final SourceOptions options;

  private LegacySource(Path path, ModelView model, SourceOptions options) {
    super(path);
    this.model = model;
    this.options = options;
    for (TensorInfo info : model.tensors()) {
      TensorData data = model.tensor(info.name()).orElseThrow();
      weights.add(SourceWeight.of(data, model.name()));
    }
  }

  /// Opens `container`.
  ///
  /// @throws MalformedFileException if it is damaged, or something is to be added to it
  static ModelSource openFile(Container.Legacy container, SourceOptions options) {
    if (!options.merging().isNothing()) {
      throw MergeBase.notAdded(container);
    }
    return new LegacySource(container.path(), container.view(), options);
  }

  @Override
  public String architecture() {
    return Metadata.of(model).text("general.architecture");
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
