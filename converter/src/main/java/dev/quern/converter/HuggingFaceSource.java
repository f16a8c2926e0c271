package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.Architecture;
import dev.quern.formats.architecture.Architectures;
import dev.quern.formats.architecture.Hyperparameters;
import dev.quern.formats.architecture.RopeParameters;
import dev.quern.formats.architecture.TensorMap;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.hub.HubId;
import dev.quern.formats.hub.HubModel;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.modelcard.GeneralMetadata;
import dev.quern.formats.modelcard.ParameterCounts;
import dev.quern.formats.tokenizer.SourceVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// A model as Hugging Face or Meta publishes it, laid out as the reference converter would.
final class HuggingFaceSource extends ModelSource {
  private static final int QUANTIZATION_VERSION = 2;

  private final Named named;
  private final Path tokenizer;
  private final Path namedAfter;
  private final Architecture architecture;
  private final ModelConfig config;
  private final Checkpoint checkpoint;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<Path> files;
  private final GeneralMetadata general;
  private final SourceVocabulary vocabulary;

  /// What the user named.
  ///
  /// @param called a path whose last name is what the model is called
  /// @param folder where it lies
  /// @param commit of the Hub that it is fetched from, if it is
  private record Named(Path path, Path called, Path folder, Optional<String> commit) {
    Named(Path path, Path called, Path folder) {
      this(path, called, folder, Optional.empty());
    }
  }

  private HuggingFaceSource(Named named, MergedModel model, SourceOptions options) {
    super(named.path);
    this.named = named;
    this.tokenizer = model.tokenizer();
    this.checkpoint = model.checkpoint();
    this.files = files(checkpoint, options.merging());
    ModelConfig found = model.config();
    this.namedAfter = options.merging().namedAfter(named.path);
    this.architecture =
        options.architecture().map(Architectures::named).orElseGet(() -> Architectures.of(found));
    this.config = architecture.complete(found.textModel());
    try (Beside<SourceVocabulary> reading =
        new Beside<>(() -> model.vocabulary(config.integer("vocab_size"), options.pre()))) {
      TensorMap map = architecture.map(config, checkpoint);
      problems.addAll(map.problems());
      map.tensors().forEach(this::add);
      this.general = general(model, options);
      this.vocabulary = reading.get();
    }
    warnings.addAll(checkpoint.notes());
    warnings.addAll(general.warnings());
    warnings.addAll(vocabulary.warnings());
    warnAboutScaling();
    warnings.addAll(model.notes());
  }

  private GeneralMetadata general(MergedModel model, SourceOptions options) {
    List<TensorInfo> infos = weights.stream().map(SourceWeight::info).toList();
    boolean own = model.folder().equals(named.folder);
    Path called = own ? named.called : model.folder();
    return GeneralMetadata.of(model.folder(), called, ParameterCounts.of(infos), options.name());
  }

  static HuggingFaceSource openFolder(Path path, SourceOptions options) {
    Checkpoint checkpoint = HuggingFaceFolder.open(path).checkpoint();
    return open(
        new Named(path, path, path), MergeBase.huggingFace(path, path, checkpoint), options);
  }

  /// Opens the model `id`, which the cache has in `snapshot`.
  static HuggingFaceSource ofSnapshot(HubId id, Path snapshot, SourceOptions options) {
    Checkpoint checkpoint = HuggingFaceFolder.open(snapshot).checkpoint();
    Path path = Path.of(id.name());
    Named named = new Named(path, Path.of(id.shortName()), snapshot);
    return open(named, MergeBase.huggingFace(path, snapshot, checkpoint), options);
  }

  /// Opens a model of the Hub, which is closed with the source.
  static HuggingFaceSource ofHub(HubModel model, SourceOptions options) {
    try {
      Path path = model.id().path();
      HuggingFaceFolder folder = HuggingFaceFolder.open(model.folder());
      Path called = Path.of(model.id().shortName());
      Named named = new Named(path, called, folder.path(), Optional.of(model.commit()));
      MergeBase base = MergeBase.huggingFace(path, folder.path(), model.checkpoint());
      return open(named, base, options);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /// Opens the file `weights` of the model in its folder.
  static HuggingFaceSource openFile(Path weights, SourceOptions options) {
    Path folder = HuggingFaceFolder.open(PartialFile.folderOf(weights)).path();
    Checkpoint checkpoint = HuggingFaceFolder.weights(weights).orElseThrow();
    Named named = new Named(weights, folder, folder);
    return open(named, MergeBase.huggingFace(weights, folder, checkpoint), options);
  }

  /// Opens a LLaMA as Meta publishes it.
  static HuggingFaceSource openMeta(Path path, SourceOptions options) {
    boolean merges = !options.merging().isNothing();
    return open(new Named(path, path, path), MergeBase.meta(path, merges), options);
  }

  /// Opens a model as Mistral publishes it.
  static HuggingFaceSource openMistral(Path path, SourceOptions options) {
    boolean merges = !options.merging().isNothing();
    return open(new Named(path, path, path), MergeBase.mistral(path, merges), options);
  }

  /// Opens the LLaMA in a GGUF with a difference, whose configuration and tokenizer it gets.
  static HuggingFaceSource openGguf(Path path, SourceOptions options) {
    Named named = new Named(path, path, PartialFile.folderOf(path));
    return open(named, MergeBase.gguf(path), options);
  }

  private static HuggingFaceSource open(Named named, MergeBase base, SourceOptions options) {
    MergedModel model = MergedModel.of(base, options.merging());
    try {
      return new HuggingFaceSource(named, model, options);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void add(TensorMapping mapping) {
    for (SourceTensor source : mapping.sources()) {
      if (!SourceReader.reads(source.dtype())) {
        problems.add(
            "%s: tensor %s has type %s, wanted F32, F16, BF16 or F64"
                .formatted(source.file(), source.name(), source.dtype()));
        return;
      }
    }
    weights.add(SourceWeight.of(mapping));
  }

  private void warnAboutScaling() {
    RopeParameters.of(config)
        .filter(rope -> rope.type().equals("dynamic"))
        .ifPresent(
            _ ->
                warnings.add(
                    "%s: dynamic rotary scaling has no GGUF metadata: beyond max_position_embeddings the model will be worse than in PyTorch"
                        .formatted(config.file())));
  }

  @Override
  Path namedAfter() {
    return namedAfter;
  }

  @Override
  public String architecture() {
    return architecture.id();
  }

  @Override
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public ModelView view() {
    return UnquantizedView.of(path().toString(), metadata(0), weights);
  }

  @Override
  List<SourceWeight> weights() {
    return weights;
  }

  @Override
  SequencedMap<String, MetadataValue> metadata(int fileType) {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text(architecture.id()));
    Hyperparameters parameters = new Hyperparameters(architecture.id(), config, fileType);
    architecture.describe(config, parameters);
    metadata.putAll(parameters.early());
    metadata.put("general.type", new Text("model"));
    metadata.putAll(general.values());
    metadata.putAll(parameters.metadata());
    metadata.put("general.quantization_version", new Uint32(QUANTIZATION_VERSION));
    SequencedMap<String, MetadataValue> tokenizer = new LinkedHashMap<>(vocabulary.metadata());
    architecture.adaptVocabulary(config, tokenizer);
    metadata.putAll(tokenizer);
    return metadata;
  }

  @Override
  public Path folder() {
    return named.folder;
  }

  @Override
  public Optional<Path> tokenizerFolder() {
    return Optional.of(tokenizer);
  }

  @Override
  public boolean isRemote() {
    return named.commit.isPresent();
  }

  @Override
  List<Path> files() {
    return files;
  }

  @Override
  List<String> identity() {
    List<String> lines = new ArrayList<>(super.identity());
    named.commit.ifPresent(sha -> lines.add(1, "commit " + sha));
    return lines;
  }

  @Override
  boolean isFresh() {
    return true;
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
