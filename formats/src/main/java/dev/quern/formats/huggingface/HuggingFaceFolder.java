package dev.quern.formats.huggingface;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.flax.FlaxFile;
import dev.quern.formats.pytorch.PyTorchFile;
import dev.quern.formats.pytorch.ShardedPyTorch;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.ShardedSafetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A folder with a model, as Hugging Face publishes it.
///
/// | file                           | content                                        |
/// |--------------------------------|------------------------------------------------|
/// | `config.json`                  | architecture and its numbers                   |
/// | `generation_config.json`       | sampling                                       |
/// | `model.safetensors`, or `model.safetensors.index.json` and its shards | weights |
/// | `pytorch_model.bin`, or `pytorch_model.bin.index.json` and its shards | weights, where there are no safetensors |
/// | `flax_model.msgpack`           | weights, where there are neither               |
/// | `tokenizer.json`, `tokenizer.model`, `tokenizer_config.json` | tokenizer        |
/// | `chat_template.jinja` or `.json` | chat template, if not in `tokenizer_config.json` |
/// | `README.md`                    | model card                                     |
public final class HuggingFaceFolder {
  /// The containers that are recognized, by the file that shows them; those of lower rank are used
  /// where there are none of a higher one.
  private static final List<Container> CONTAINERS =
      List.of(
          new Container("model.safetensors", 1, SafetensorsFile::open),
          new Container("model.safetensors.index.json", 1, ShardedSafetensors::open),
          new Container("pytorch_model.bin", 2, PyTorchFile::open),
          new Container("pytorch_model.bin.index.json", 2, ShardedPyTorch::open),
          new Container("flax_model.msgpack", 3, FlaxFile::open));

  /// How single files of weights end, and how they are opened.
  private static final Map<String, Function<Path, Checkpoint>> SUFFIXES =
      Map.of(
          ".safetensors", SafetensorsFile::open,
          ".bin", PyTorchFile::open,
          ".pt", PyTorchFile::open,
          ".pth", PyTorchFile::open,
          ".ckpt", PyTorchFile::open);

  private static final Pattern WEIGHTS =
      Pattern.compile(".*\\.(safetensors|bin|pt|pth|ckpt|gguf|h5|msgpack|onnx)(\\.index\\.json)?");
  private static final int MOST_NAMES = 5;

  private final Path path;
  private final ModelConfig config;

  private record Container(String file, int rank, Function<Path, Checkpoint> open) {}

  private HuggingFaceFolder(Path path) {
    this.path = path;
    this.config = ModelConfig.read(path.resolve("config.json"));
  }

  /// Reads the configuration of the model in the folder `path`.
  public static HuggingFaceFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new MalformedFileException(
          path, Files.exists(path) ? "not a folder" : "no such folder");
    }
    if (!Files.isRegularFile(path.resolve("config.json"))) {
      throw new MalformedFileException(
          path, "the folder has no config.json, so it is not a model of Hugging Face");
    }
    return new HuggingFaceFolder(path);
  }

  /// The folder.
  public Path path() {
    return path;
  }

  /// `config.json`.
  public ModelConfig config() {
    return config;
  }

  /// `chat_template.jinja` or else `chat_template.json`, if one is there.
  public Optional<Path> chatTemplate() {
    return file("chat_template.jinja").or(() -> file("chat_template.json"));
  }

  /// The file of this name, if it is there.
  public Optional<Path> file(String name) {
    return Optional.of(path.resolve(name)).filter(Files::isRegularFile);
  }

  /// Opens the weights.
  public Checkpoint checkpoint() {
    List<Container> there =
        CONTAINERS.stream().filter(container -> file(container.file).isPresent()).toList();
    List<Container> found =
        there.stream().filter(one -> one.rank == there.getFirst().rank).toList();
    if (found.isEmpty()) {
      throw new MalformedFileException(path, "the folder has no " + wanted() + weightsThere());
    }
    if (found.size() > 1) {
      throw new MalformedFileException(
          path,
          "the folder has both "
              + found.get(0).file
              + " and "
              + found.get(1).file
              + ": remove the one that is not meant");
    }
    Container container = found.getFirst();
    return container.open.apply(path.resolve(container.file));
  }

  /// Opens one file of weights, told by how its name ends, or for Flax's by how it begins; empty if
  /// it is none.
  ///
  /// @throws MalformedFileException if it is not what its name says
  public static Optional<Checkpoint> weights(Path file) {
    String name = String.valueOf(file.getFileName());
    return SUFFIXES.entrySet().stream()
        .filter(entry -> name.endsWith(entry.getKey()))
        .findFirst()
        .map(entry -> entry.getValue().apply(file))
        .or(() -> FlaxFile.isOne(file) ? Optional.of(FlaxFile.open(file)) : Optional.empty());
  }

  /// True if `file` looks like one that [#weights] opens.
  public static boolean isWeights(Path file) {
    String name = String.valueOf(file.getFileName());
    return SUFFIXES.keySet().stream().anyMatch(name::endsWith) || FlaxFile.isOne(file);
  }

  private static String wanted() {
    return CONTAINERS.stream().map(Container::file).collect(Collectors.joining(" or "));
  }

  private String weightsThere() {
    try (Stream<Path> files = Files.list(path)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> WEIGHTS.matcher(name).matches())
              .sorted()
              .limit(MOST_NAMES)
              .toList();
      return names.isEmpty()
          ? ", nor other weights"
          : "; what it has is " + String.join(", ", names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
