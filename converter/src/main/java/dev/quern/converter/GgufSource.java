package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A GGUF of 16- or 32-bit weights.
final class GgufSource extends ModelSource {
  private final GgufFile file;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final String architecture;
  private final SourceOptions options;

  private GgufSource(GgufFile file, SourceOptions options) {
    super(file.path());
    this.file = file;
    this.options = options;
    this.architecture = Metadata.of(file).text("general.architecture");
    for (TensorInfo info : file.tensors()) {
      if (info.type() != GgmlType.F32
          && info.type() != GgmlType.F16
          && info.type() != GgmlType.BF16) {
        problems.add(
            "%s: tensor %s is %s; wanted F32, F16 or BF16: quantizing what is quantized already loses twice"
                .formatted(file.path(), info.name(), info.type()));
        break;
      }
      TensorData data = file.tensor(info.name()).orElseThrow();
      weights.add(SourceWeight.of(data, data.mapped().orElseThrow(), file.name()));
    }
  }

  static GgufSource openFile(Path path, SourceOptions options) {
    GgufFile file = GgufFile.open(path);
    try {
      return new GgufSource(file, options);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String architecture() {
    return architecture;
  }

  @Override
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public List<String> warnings() {
    return List.of();
  }

  @Override
  public ModelView view() {
    return file;
  }

  @Override
  List<SourceWeight> weights() {
    return weights;
  }

  @Override
  SequencedMap<String, MetadataValue> metadata(int fileType) {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>(file.metadata());
    metadata.keySet().removeIf(key -> key.startsWith("split."));
    options.name().ifPresent(name -> metadata.put("general.name", new MetadataValue.Text(name)));
    metadata.put("general.file_type", new Uint32(fileType));
    return metadata;
  }

  @Override
  boolean isFresh() {
    return false;
  }

  @Override
  public void close() {
    file.close();
  }
}
