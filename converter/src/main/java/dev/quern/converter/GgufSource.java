package dev.quern.converter;

import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.gguf.GgufTensor;
import dev.quern.formats.gguf.StackedExperts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A GGUF of any types, in one file or in parts.
final class GgufSource extends ModelSource {
  private final GgufModel model;
  private final StackedExperts experts;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final SourceOptions options;
  private final @Nullable GgufAdditions additions;

  private GgufSource(GgufModel model, SourceOptions options, @Nullable GgufAdditions additions) {
    super(model.path());
    this.model = model;
    this.experts = StackedExperts.of(model);
    this.options = options;
    this.additions = additions;
    Map<String, String> files = new HashMap<>();
    for (GgufFile part : model.parts()) {
      part.tensors().forEach(info -> files.put(experts.nameOf(info.name()), part.name()));
    }
    for (TensorInfo info : experts.view().tensors()) {
      weights.add(weight(info, Objects.requireNonNull(files.get(info.name()))));
    }
  }

  private SourceWeight weight(TensorInfo info, String file) {
    Optional<SourceWeight> sum = additions == null ? Optional.empty() : additions.weight(info);
    return sum.orElseGet(
        () -> SourceWeight.of(experts.view().tensor(info.name()).orElseThrow(), file));
  }

  /// Opens `path`; a difference makes another model of it, with configuration and tokenizer of its
  /// own.
  static ModelSource openFile(Path path, SourceOptions options) {
    if (options.merging().delta().isPresent()) {
      return HuggingFaceSource.openGguf(path, options);
    }
    GgufModel model = GgufModel.open(path);
    GgufAdditions additions = null;
    try {
      if (!options.merging().isNothing()) {
        additions = GgufAdditions.open(path, model, options.merging());
      }
      return new GgufSource(model, options, additions);
    } catch (RuntimeException e) {
      if (additions != null) {
        additions.close();
      }
      model.close();
      throw e;
    }
  }

  @Override
  public String architecture() {
    return Metadata.of(model).text("general.architecture");
  }

  @Override
  public ModelView view() {
    return additions == null
        ? experts.view()
        : UnquantizedView.of(path().toString(), model.metadata(), weights);
  }

  @Override
  Path namedAfter() {
    return options.merging().namedAfter(path());
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
    Set<String> seen = new HashSet<>();
    return model.parts().stream().map(part -> byPlace(part, seen)).toList();
  }

  /// What is in several parts is counted to the first.
  private List<String> byPlace(GgufFile part, Set<String> seen) {
    return part.table().stream()
        .sorted(Comparator.comparingLong(GgufTensor::offset))
        .map(tensor -> experts.nameOf(tensor.info().name()))
        .filter(seen::add)
        .toList();
  }

  @Override
  List<Path> files() {
    return Stream.concat(
            model.parts().stream().map(GgufFile::path), options.merging().files().stream())
        .toList();
  }

  @Override
  boolean isFresh() {
    return false;
  }

  @Override
  public void close() {
    if (additions != null) {
      additions.close();
    }
    model.close();
  }
}
