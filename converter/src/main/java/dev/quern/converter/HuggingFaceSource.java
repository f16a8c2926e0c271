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
import dev.quern.formats.meta.MetaFolder;
import dev.quern.formats.mistral.MistralFolder;
import dev.quern.formats.modelcard.GeneralMetadata;
import dev.quern.formats.modelcard.ParameterCounts;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import dev.quern.formats.tokenizer.SourceVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// A model as Hugging Face or Meta publishes it, laid out as the reference converter would.
final class HuggingFaceSource extends ModelSource {
  private static final int QUANTIZATION_VERSION = 2;

  private final Path namedAfter;
  private final Architecture architecture;
  private final ModelConfig config;
  private final Checkpoint checkpoint;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final Map<String, String> made = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<Path> files;
  private Optional<String> commit = Optional.empty();
  private final GeneralMetadata general;
  private final SourceVocabulary vocabulary;

  /// A model and where its parts were found.
  ///
  /// @param path what the user named
  /// @param called a path whose last name is what the model is called
  /// @param folder where its card and other files lie
  /// @param config its configuration
  /// @param checkpoint its weights
  /// @param vocabulary its tokenizer, padded to so many tokens
  private record Published(
      Path path,
      Path called,
      Path folder,
      ModelConfig config,
      Checkpoint checkpoint,
      LongFunction<SourceVocabulary> vocabulary) {}

  private HuggingFaceSource(Published model, SourceOptions options) {
    super(model.path);
    this.checkpoint = model.checkpoint;
    this.files = files(checkpoint, options.merging());
    ModelConfig published = model.config.textModel();
    this.namedAfter = options.merging().namedAfter(model.path);
    this.architecture =
        options
            .architecture()
            .map(Architectures::named)
            .orElseGet(() -> Architectures.of(model.config));
    this.config = architecture.complete(published);
    TensorMap map = architecture.map(config, checkpoint);
    problems.addAll(map.problems());
    for (TensorMapping mapping : map.tensors()) {
      add(mapping);
    }
    List<TensorInfo> infos = weights.stream().map(SourceWeight::info).toList();
    this.general =
        GeneralMetadata.of(model.folder, model.called, ParameterCounts.of(infos), options.name());
    this.vocabulary = model.vocabulary.apply(config.integer("vocab_size"));
    warnings.addAll(checkpoint.notes());
    warnings.addAll(general.warnings());
    warnings.addAll(vocabulary.warnings());
    warnAboutScaling();
  }

  static HuggingFaceSource openFolder(Path path, SourceOptions options) {
    HuggingFaceFolder folder = HuggingFaceFolder.open(path);
    return open(new Named(path, path), folder, folder.checkpoint(), options);
  }

  /// Opens the model `id`, which the cache has in `snapshot`.
  static HuggingFaceSource ofSnapshot(HubId id, Path snapshot, SourceOptions options) {
    HuggingFaceFolder folder = HuggingFaceFolder.open(snapshot);
    Path called = Path.of(id.shortName());
    return open(new Named(Path.of(id.name()), called), folder, folder.checkpoint(), options);
  }

  /// Opens a model of the Hub, which is closed with the source.
  static HuggingFaceSource ofHub(HubModel model, SourceOptions options) {
    try {
      HuggingFaceFolder folder = HuggingFaceFolder.open(model.folder());
      Path called = Path.of(model.id().shortName());
      HuggingFaceSource source =
          open(new Named(model.id().path(), called), folder, model.checkpoint(), options);
      source.commit = Optional.of(model.commit());
      return source;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /// What the user named, and a path whose last name is what the model is called.
  private record Named(Path path, Path called) {}

  /// Opens the file `weights` of the model in the folder `path`.
  static HuggingFaceSource openFile(Path path, Path weights, SourceOptions options) {
    HuggingFaceFolder folder = HuggingFaceFolder.open(path);
    Checkpoint checkpoint = HuggingFaceFolder.weights(weights).orElseThrow();
    return open(new Named(weights, folder.path()), folder, checkpoint, options);
  }

  private static HuggingFaceSource open(
      Named named, HuggingFaceFolder folder, Checkpoint checkpoint, SourceOptions options) {
    MergedModel model = MergedModel.of(named.path, folder.path(), checkpoint, options.merging());
    Path called = model.folder().equals(folder.path()) ? named.called : model.folder();
    return closingOnFailure(
        model.checkpoint(),
        () ->
            new HuggingFaceSource(
                new Published(
                    named.path,
                    called,
                    model.folder(),
                    model.config(),
                    model.checkpoint(),
                    size -> SourceVocabulary.read(model.tokenizer(), size, options.pre())),
                options));
  }

  /// Opens a LLaMA as Meta publishes it.
  static HuggingFaceSource openMeta(Path path, SourceOptions options) {
    requireNothingToAdd(path, options);
    MetaFolder folder = MetaFolder.open(path);
    Checkpoint checkpoint = folder.checkpoint();
    return closingOnFailure(
        checkpoint,
        () -> {
          Path tokenizer = folder.tokenizer();
          HuggingFaceSource source =
              new HuggingFaceSource(
                  new Published(
                      path,
                      path,
                      path,
                      folder.config(checkpoint),
                      checkpoint,
                      size ->
                          SourceVocabulary.readMeta(
                              tokenizer, size, folder.isNewer(), options.pre())),
                  options);
          source.warnings.addAll(folder.notes(checkpoint));
          return source;
        });
  }

  /// Opens a model as Mistral publishes it.
  static HuggingFaceSource openMistral(Path path, SourceOptions options) {
    requireNothingToAdd(path, options);
    MistralFolder folder = MistralFolder.open(path);
    Path tokenizer = folder.tokenizer();
    Checkpoint checkpoint = folder.checkpoint();
    return closingOnFailure(
        checkpoint,
        () -> {
          HuggingFaceSource source =
              new HuggingFaceSource(
                  new Published(
                      path,
                      path,
                      path,
                      folder.config(),
                      QuantizedCheckpoint.of(folder.config(), checkpoint),
                      size ->
                          folder.isTekken()
                              ? SourceVocabulary.read(path, size, options.pre())
                              : SourceVocabulary.readMeta(tokenizer, size, false, options.pre())),
                  options);
          source.warnings.addAll(folder.notes());
          return source;
        });
  }

  private static HuggingFaceSource closingOnFailure(
      Checkpoint checkpoint, Supplier<HuggingFaceSource> opening) {
    try {
      return opening.get();
    } catch (RuntimeException e) {
      checkpoint.close();
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
    mapping.sources().stream()
        .map(source -> source.data().made())
        .filter(how -> !how.isEmpty())
        .findFirst()
        .ifPresent(how -> made.put(mapping.name(), how));
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
    return new UnquantizedView(path().toString(), metadata(0), weights);
  }

  @Override
  List<SourceWeight> weights() {
    return weights;
  }

  @Override
  Optional<String> made(String tensor) {
    return Optional.ofNullable(made.get(tensor));
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
  List<Path> files() {
    return files;
  }

  @Override
  List<String> identity() {
    List<String> lines = new ArrayList<>(super.identity());
    commit.ifPresent(sha -> lines.add(1, "commit " + sha));
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
