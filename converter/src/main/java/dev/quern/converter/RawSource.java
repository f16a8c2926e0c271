package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.safetensors.ShardedSafetensors;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Assignment;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Tensors of no known family, under their own names and extents: what programs for pictures read.
///
/// Every matrix gets the recipe's type, without its mix. Vectors stay in 32 bits; convolutions, and
/// what programs for pictures compute with at full precision, stay as they are stored.
final class RawSource extends ModelSource {
  private static final int QUANTIZATION_VERSION = 2;
  private static final int MOST_EXTENTS = 4;
  private static final int LONGEST_NAME = 127;
  private static final int LISTED = 8;
  private static final List<String> WEIGHTS =
      List.of(
          "diffusion_pytorch_model.safetensors",
          "diffusion_pytorch_model.safetensors.index.json",
          "diffusion_pytorch_model.bin",
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin");

  private final MergedModel model;
  private final String architecture;
  private final SourceOptions options;
  private final List<SourceWeight> weights = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private RawSource(Path path, MergedModel model, SourceOptions options) {
    super(path);
    this.model = model;
    this.options = options;
    Checkpoint checkpoint = model.checkpoint();
    this.architecture = architecture(checkpoint, options);
    checkpoint.tensors().forEach(this::add);
    if (problems.size() > LISTED) {
      int more = problems.size() - LISTED;
      problems.subList(LISTED, problems.size()).clear();
      problems.add(path + ": " + more + " more tensors like that");
    }
    warnings.addAll(checkpoint.notes());
    warnAboutNames();
  }

  /// Opens a file of weights, or a folder with one.
  ///
  /// @throws MalformedFileException if there are no weights, or no architecture is given or can be
  ///   guessed
  static RawSource openTensors(Path path, SourceOptions options) {
    Path file = Files.isDirectory(path) ? weightsIn(path) : path;
    MergedModel model =
        MergedModel.of(
            MergeBase.huggingFace(path, PartialFile.folderOf(file), weights(file)),
            options.merging());
    try {
      return new RawSource(path, model, options);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static Path weightsIn(Path folder) {
    return WEIGHTS.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedFileException(
                    folder, "the folder has no " + String.join(" or ", WEIGHTS) + "; name a file"));
  }

  private static Checkpoint weights(Path file) {
    if (file.toString().endsWith(".safetensors.index.json")) {
      return ShardedSafetensors.open(file);
    }
    return HuggingFaceFolder.weights(file)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    file,
                    "not a file of tensors: wanted .safetensors, its index, or a file of PyTorch's"
                        + " (.bin, .pt, .pth, .ckpt)"));
  }

  private static String architecture(Checkpoint checkpoint, SourceOptions options) {
    Optional<String> wanted = options.raw().flatMap(Raw::architecture);
    return wanted
        .or(() -> PictureModels.architecture(checkpoint))
        .orElseThrow(
            () ->
                new MalformedFileException(
                    checkpoint.path(),
                    "the names of its tensors are those of no architecture that is known (%s); name it with --arch"
                        .formatted(String.join(", ", PictureModels.known()))));
  }

  private void add(SourceTensor tensor) {
    String where = tensor.file() + ": tensor " + tensor.name();
    if (tensor.shape().rank() > MOST_EXTENTS) {
      problems.add(
          "%s is %s, and a GGUF has at most %d extents"
              .formatted(where, tensor.shape(), MOST_EXTENTS));
      return;
    }
    if (SourceReader.reads(tensor.dtype())) {
      weights.add(SourceWeight.of(TensorMapping.keep(tensor.name(), tensor)));
    } else if (integer(tensor.dtype()).isPresent()) {
      TensorInfo info =
          new TensorInfo(tensor.name(), integer(tensor.dtype()).get(), tensor.shape());
      weights.add(
          new SourceWeight(
              info,
              (first, count, out) -> {
                throw new IllegalStateException(where + " has no weights");
              },
              Optional.of(tensor.bytes()),
              where,
              tensor.data().made()));
    } else {
      problems.add("%s has type %s, which no GGUF stores".formatted(where, tensor.dtype()));
    }
  }

  private static Optional<GgmlType> integer(DType dtype) {
    return switch (dtype) {
      case I64 -> Optional.of(GgmlType.I64);
      case I32 -> Optional.of(GgmlType.I32);
      case I16 -> Optional.of(GgmlType.I16);
      case I8 -> Optional.of(GgmlType.I8);
      default -> Optional.empty();
    };
  }

  private void warnAboutNames() {
    weights.stream()
        .map(weight -> weight.info().name())
        .filter(name -> name.length() > LONGEST_NAME)
        .findFirst()
        .ifPresent(
            name ->
                warnings.add(
                    "%s: the name %s is longer than %d letters, which programs built with GGML cannot load"
                        .formatted(path(), name, LONGEST_NAME)));
  }

  @Override
  Path namedAfter() {
    return options.merging().namedAfter(path());
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
    return List.copyOf(warnings);
  }

  @Override
  public ModelView view() {
    List<SourceWeight> readable =
        weights.stream().filter(one -> BlockCodecs.find(one.info().type()).isPresent()).toList();
    return UnquantizedView.of(path().toString(), metadata(0), readable);
  }

  @Override
  List<SourceWeight> weights() {
    return weights;
  }

  @Override
  RecipeOptions types(RecipeOptions types) {
    return new RecipeOptions(
        types.overrides(), types.tokenEmbedding(), types.output(), true, types.hasImportance());
  }

  @Override
  GgmlType kept(TensorInfo info) {
    boolean isVector = info.shape().rank() == 1 && BlockCodecs.find(info.type()).isPresent();
    return isVector ? GgmlType.F32 : info.type();
  }

  @Override
  List<Path> files() {
    return files(model.checkpoint(), options.merging());
  }

  @Override
  boolean keepsExtents() {
    return true;
  }

  @Override
  Assignment settle(Assignment assignment, Recipe recipe) {
    boolean plain = recipe.base().blockSize() == 1;
    boolean chosen = assignment.reason() instanceof Assignment.Reason.Chosen;
    boolean isWeight = BlockCodecs.find(assignment.tensor().kept()).isPresent();
    boolean keeps = !plain && PictureModels.keeps(assignment.tensor());
    return !isWeight || (keeps && !chosen)
        ? new Assignment(
            assignment.tensor(), assignment.tensor().kept(), new Assignment.Reason.Kept())
        : assignment;
  }

  @Override
  SequencedMap<String, MetadataValue> metadata(int fileType) {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text(architecture));
    metadata.put("general.name", new Text(options.name().orElse(defaultName())));
    metadata.put("general.file_type", new Uint32(fileType));
    metadata.put("general.quantization_version", new Uint32(QUANTIZATION_VERSION));
    return metadata;
  }

  @Override
  boolean isFresh() {
    return true;
  }

  @Override
  public void close() {
    model.close();
  }
}
