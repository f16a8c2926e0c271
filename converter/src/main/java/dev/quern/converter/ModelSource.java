package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.container.Container;
import dev.quern.formats.gguf.SplitName;
import dev.quern.formats.hub.HubId;
import dev.quern.formats.hub.HubModel;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.quantizers.recipe.Assignment;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// A published model, opened: what its GGUF would contain before anything is quantized.
public abstract sealed class ModelSource implements AutoCloseable
    permits HuggingFaceSource, GgufSource, LegacySource, RawSource {
  private final Path path;

  ModelSource(Path path) {
    this.path = path;
  }

  /// Opens a Hugging Face folder or one of Mistral's or Meta's, a file in one, a GGUF, a file of
  /// llama.cpp's from before GGUF, or one of llama2.c's.
  ///
  /// A `.safetensors` or `.json` stands for its folder; a file of PyTorch's is itself the weights,
  /// and what else a model needs lies beside it.
  ///
  /// @throws MalformedFileException if there is nothing there that is known, or it is damaged
  public static ModelSource open(Path path, SourceOptions options) {
    if (options.raw().isPresent() && Files.exists(path)) {
      return RawSource.openTensors(path, options);
    }
    return switch (Container.of(path).model()) {
      case Container.HuggingFace(Path folder) -> HuggingFaceSource.openFolder(folder, options);
      case Container.Mistral(Path folder) -> HuggingFaceSource.openMistral(folder, options);
      case Container.Meta(Path folder) -> HuggingFaceSource.openMeta(folder, options);
      case Container.Weights(Path file) -> HuggingFaceSource.openFile(file, options);
      case Container.Gguf(Path file) -> GgufSource.openFile(file, options);
      case Container.Legacy model -> LegacySource.openFile(model, options);
    };
  }

  /// Opens the model `id`, which the cache of Hugging Face's programs has in the folder `snapshot`.
  ///
  /// @throws MalformedFileException if it is not complete, or damaged
  public static ModelSource openSnapshot(HubId id, Path snapshot, SourceOptions options) {
    return options.raw().isPresent()
        ? RawSource.openTensors(snapshot, options)
        : HuggingFaceSource.ofSnapshot(id, snapshot, options);
  }

  /// Opens a model of the Hub, whose weights are fetched when they are read. It is closed with the
  /// source.
  ///
  /// @throws MalformedFileException if it is not complete, or cannot be fetched
  public static ModelSource openHub(HubModel model, SourceOptions options) {
    if (options.raw().isPresent()) {
      model.close();
      throw new MalformedFileException(
          model.id().path(),
          "tensors of no known family are read from files: fetch the model first");
    }
    return HuggingFaceSource.ofHub(model, options);
  }

  /// The folder or file.
  public final Path path() {
    return path;
  }

  /// What outputs are called by default: the name of the folder, or of the file without `.gguf` and
  /// without the number of a part.
  public final String defaultName() {
    Path named = namedAfter();
    Path name = named.toAbsolutePath().normalize().getFileName();
    String text = name == null ? "model" : name.toString();
    if (name != null && !Files.isDirectory(named) && HuggingFaceFolder.isWeights(named)) {
      return text.contains(".") ? text.substring(0, text.lastIndexOf('.')) : text;
    }
    return text.endsWith(".gguf")
        ? String.valueOf(SplitName.prefixOf(Path.of(text)).getFileName())
        : text;
  }

  /// What outputs are called after.
  Path namedAfter() {
    return path;
  }

  /// The folder where what belongs to the model lies: itself, or that of its file.
  public Path folder() {
    return Files.isDirectory(path) ? path : PartialFile.folderOf(path);
  }

  /// The folder with the tokenizer as the model's own library has it, if it is not part of the
  /// model's file.
  public Optional<Path> tokenizerFolder() {
    return Optional.empty();
  }

  /// True if weights are fetched from elsewhere each time they are read.
  public boolean isRemote() {
    return false;
  }

  /// The smallest of F16, BF16 and F32 in which all matrices are what they are here.
  public final Recipe lossless() {
    Set<GgmlType> types = new LinkedHashSet<>();
    weights().stream()
        .filter(weight -> weight.info().shape().rank() > 1)
        .forEach(weight -> types.add(weight.info().type()));
    boolean one = types.equals(Set.of(GgmlType.F16)) || types.equals(Set.of(GgmlType.BF16));
    return Recipe.named(one ? types.iterator().next().name() : GgmlType.F32.name());
  }

  /// The GGUF id of the architecture.
  public abstract String architecture();

  /// What stands in the way of a conversion, a line each.
  public List<String> problems() {
    return List.of();
  }

  /// What a user should know though it does not stop a conversion, a line each.
  public List<String> warnings() {
    return List.of();
  }

  /// The model as the engine reads it, 16- and 32-bit weights as the source has them, nothing
  /// written. It is part of this source and closed with it.
  public abstract ModelView view();

  /// The tensors in the order of a fresh conversion.
  abstract List<SourceWeight> weights();

  /// The metadata of a file of type `fileType` in the order of a fresh conversion.
  abstract SequencedMap<String, MetadataValue> metadata(int fileType);

  /// The names of the tensors of each file of a GGUF source, by their place in it; empty for other
  /// sources.
  List<List<String>> parts() {
    return List.of();
  }

  /// The files that must not be written while they are read.
  List<Path> files() {
    return List.of(path);
  }

  /// The files that `checkpoint`, and what is added to it, is read from, as far as they lie here.
  static List<Path> files(Checkpoint checkpoint, Merging merging) {
    Set<Path> files = new LinkedHashSet<>();
    checkpoint.tensors().forEach(tensor -> files.add(tensor.file()));
    files.addAll(merging.files());
    return files.stream().filter(Files::isRegularFile).toList();
  }

  /// What tells it from others and from what it was before, a line each: where it is, and size and
  /// time of its files.
  List<String> identity() {
    List<String> lines = new ArrayList<>();
    lines.add("source " + path().toAbsolutePath().normalize());
    files().stream().map(ConversionSettings::line).forEach(lines::add);
    return lines;
  }

  /// What is asked for, as far as it makes sense for this source.
  RecipeOptions types(RecipeOptions types) {
    return types;
  }

  /// The type of a tensor that a recipe leaves alone.
  GgmlType kept(TensorInfo info) {
    return isFresh() ? GgmlType.F32 : info.type();
  }

  /// True if tensors keep last axes of one, which GGML's own files leave out.
  boolean keepsExtents() {
    return false;
  }

  /// What a recipe gives a tensor, or what the source wants instead.
  Assignment settle(Assignment assignment, Recipe recipe) {
    return assignment;
  }

  /// True if a 16- or 32-bit output is laid out as the reference converter does it, false if as the
  /// reference quantizer does.
  abstract boolean isFresh();

  /// Unmaps the files.
  @Override
  public abstract void close();

  /// How tensors of no known family are read.
  ///
  /// @param architecture what to write as `general.architecture`; guessed from their names if empty
  public record Raw(Optional<String> architecture) {}

  /// How a source is read.
  ///
  /// @param pre the BPE pre-tokenizer to name in the GGUF, when it must not be recognized
  /// @param name `general.name`, when it must not be derived
  /// @param architecture the id or class name of the family, when config.json does not name it
  /// @param merging what is added to the weights
  /// @param raw if tensors keep their names and extents, whatever they are
  public record SourceOptions(
      Optional<String> pre,
      Optional<String> name,
      Optional<String> architecture,
      Merging merging,
      Optional<Raw> raw) {
    /// Options for a source of a known family.
    public SourceOptions(
        Optional<String> pre,
        Optional<String> name,
        Optional<String> architecture,
        Merging merging) {
      this(pre, name, architecture, merging, Optional.empty());
    }

    /// The same with the architecture recognized, and nothing added.
    public SourceOptions(Optional<String> pre, Optional<String> name) {
      this(pre, name, Optional.empty(), Merging.NONE);
    }

    /// The same for tensors of no known family.
    public SourceOptions with(Raw tensors) {
      return new SourceOptions(pre, name, architecture, merging, Optional.of(tensors));
    }

    /// Everything recognized and derived.
    public static SourceOptions defaults() {
      return new SourceOptions(Optional.empty(), Optional.empty());
    }
  }
}
