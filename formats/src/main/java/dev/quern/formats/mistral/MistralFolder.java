package dev.quern.formats.mistral;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.pytorch.PyTorchFile;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.ShardedSafetensors;
import dev.quern.formats.tokenizer.SentencePieceFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A folder with a model as Mistral publishes it; see the package documentation.
public final class MistralFolder {
  private static final String PARAMS = "params.json";
  private static final String TEKKEN = "tekken.json";

  /// The containers that are recognized, by the file that shows them, the first first.
  private static final Map<String, Function<Path, Checkpoint>> CONTAINERS = containers();

  private static final List<String> HUGGING_FACE =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private final Path path;
  private final ModelConfig params;

  private MistralFolder(Path path) {
    this.path = path;
    this.params = ModelConfig.read(path.resolve(PARAMS));
  }

  private static Map<String, Function<Path, Checkpoint>> containers() {
    Map<String, Function<Path, Checkpoint>> containers = new LinkedHashMap<>();
    containers.put("consolidated.safetensors", SafetensorsFile::open);
    containers.put("consolidated.safetensors.index.json", ShardedSafetensors::open);
    containers.put("consolidated.00.pth", PyTorchFile::open);
    return containers;
  }

  /// True if the folder `path` has Mistral's files and no weights of Hugging Face's.
  ///
  /// @throws MalformedFileException if its params.json, which tells Mistral's `.pth` from Meta's,
  ///   is malformed
  public static boolean isOne(Path path) {
    return hasSafetensors(path)
        ? HUGGING_FACE.stream().noneMatch(file -> Files.exists(path.resolve(file)))
        : hasPth(path);
  }

  /// True if `file` is one of Mistral's files of weights, or what describes them.
  public static boolean isWeights(Path file) {
    String name = String.valueOf(file.getFileName());
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return false;
    }
    boolean named =
        name.startsWith("consolidated")
            && (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json"));
    return named
        ? Files.isRegularFile(folder.resolve(PARAMS))
        : (name.equals(PARAMS) || name.equals("consolidated.00.pth")) && isOne(folder);
  }

  private static boolean hasSafetensors(Path path) {
    return Files.isRegularFile(path.resolve(PARAMS))
        && CONTAINERS.keySet().stream()
            .filter(name -> !name.endsWith(".pth"))
            .anyMatch(name -> Files.isRegularFile(path.resolve(name)));
  }

  private static boolean hasPth(Path path) {
    return Files.isRegularFile(path.resolve(PARAMS))
        && Files.isRegularFile(path.resolve("consolidated.00.pth"))
        && !Files.exists(path.resolve("config.json"))
        && ModelConfig.read(path.resolve(PARAMS)).has("hidden_dim");
  }

  /// Reads the parameters of the model in the folder `path`.
  public static MistralFolder open(Path path) {
    return new MistralFolder(path);
  }

  /// The folder.
  public Path path() {
    return path;
  }

  /// Opens the weights.
  public Checkpoint checkpoint() {
    for (Map.Entry<String, Function<Path, Checkpoint>> container : CONTAINERS.entrySet()) {
      Path file = path.resolve(container.getKey());
      if (Files.isRegularFile(file)) {
        return MistralNames.of(container.getValue().apply(file));
      }
    }
    throw new MalformedFileException(
        path, "the folder has no " + String.join(" or ", CONTAINERS.keySet()));
  }

  /// The tokenizer: `tekken.json`, or else a SentencePiece model.
  ///
  /// @throws MalformedFileException if there is neither
  public Path tokenizer() {
    Path tekken = path.resolve(TEKKEN);
    if (Files.isRegularFile(tekken)) {
      return tekken;
    }
    return SentencePieceFile.in(path)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    path, "there is no " + TEKKEN + ", no tokenizer.model and no version of it"));
  }

  /// True if the tokenizer is `tekken.json`.
  public boolean isTekken() {
    return tokenizer().endsWith(TEKKEN);
  }

  /// What `config.json` would say of the model.
  public ModelConfig config() {
    return new MistralParams(params).config();
  }

  /// On what the parameters do not say and was concluded, a line each.
  public List<String> notes() {
    return new MistralParams(params).notes();
  }
}
