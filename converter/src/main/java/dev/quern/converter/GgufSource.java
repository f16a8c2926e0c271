package dev.quern.converter;

import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.gguf.GgufTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A GGUF of any types, in one file or in parts.
final class GgufSource extends ModelSource {
  private final GgufModel model;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final SourceOptions options;

  private GgufSource(GgufModel model, SourceOptions options) {
    super(model.path());
    this.model = model;
    this.options = options;
    for (GgufFile part : model.parts()) {
      for (TensorInfo info : part.tensors()) {
        TensorData data = part.tensor(info.name()).orElseThrow();
        weights.add(SourceWeight.of(data, data.mapped().orElseThrow(), part.name()));
      }
    }
  }

  static GgufSource openFile(Path path, SourceOptions options) {
    requireNothingToAdd(path, options);
    GgufModel model = GgufModel.open(path);
    try {
      return new GgufSource(model, options);
    } catch (RuntimeException e) {
      model.close();
      throw e;
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
    return List.of();
  }

  @Override
  public ModelView view() {
    return model;
  }

  @Override
  List<SourceWeight> weights() {
    return weights;
  }

  /// As it is, `general.file_type` and what it says of parts included: that is up to the output.
  @Override
  SequencedMap<String, MetadataValue> metadata(int fileType) {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>(model.metadata());
    options.name().ifPresent(name -> metadata.put("general.name", new MetadataValue.Text(name)));
    return metadata;
  }

  @Override
  List<List<String>> parts() {
    return model.parts().stream().map(GgufSource::byPlace).toList();
  }

  private static List<String> byPlace(GgufFile part) {
    return part.table().stream()
        .sorted(Comparator.comparingLong(GgufTensor::offset))
        .map(tensor -> tensor.info().name())
        .toList();
  }

  @Override
  List<Path> files() {
    return model.parts().stream().map(GgufFile::path).toList();
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
