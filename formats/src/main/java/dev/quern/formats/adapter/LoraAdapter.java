package dev.quern.formats.adapter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A low-rank adapter, opened and checked; see the package documentation.
public final class LoraAdapter implements AutoCloseable {
  private static final String CONFIG = "adapter_config.json";
  private static final List<String> WEIGHTS =
      List.of("adapter_model.safetensors", "adapter_model.bin");

  private final Path path;
  private final Checkpoint checkpoint;
  private final Optional<PeftConfig> config;
  private final AdapterTensors tensors;

  private LoraAdapter(Path path, Checkpoint checkpoint, Optional<PeftConfig> config) {
    this.path = path;
    this.checkpoint = checkpoint;
    this.config = config;
    this.tensors = AdapterTensors.of(checkpoint, config);
  }

  /// Opens a folder of PEFT's, or one file of weights with the configuration beside it or without
  /// one.
  ///
  /// @throws MalformedFileException if it is no adapter, or one that cannot be added to weights
  public static LoraAdapter open(Path path) {
    Path weights = weights(path);
    Path beside = weights.resolveSibling(CONFIG);
    Optional<PeftConfig> config =
        Files.isRegularFile(beside) ? Optional.of(PeftConfig.read(beside)) : Optional.empty();
    if (Files.isDirectory(path) && config.isEmpty()) {
      throw new MalformedFileException(path, "the folder has no " + CONFIG);
    }
    Checkpoint checkpoint = HuggingFaceFolder.weights(weights).orElseThrow();
    try {
      return new LoraAdapter(path, checkpoint, config);
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static Path weights(Path path) {
    if (!Files.exists(path)) {
      throw new MalformedFileException(path, "no such file or folder");
    }
    if (!Files.isDirectory(path)) {
      if (!HuggingFaceFolder.isWeights(path)) {
        throw new MalformedFileException(
            path,
            "not an adapter: wanted a folder of PEFT's or a file of weights (.safetensors, .bin,"
                + " .pt, .ckpt)");
      }
      return path;
    }
    return WEIGHTS.stream()
        .map(path::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedFileException(
                    path,
                    "the folder has no " + String.join(" or ", WEIGHTS) + ", so it is no adapter"));
  }

  /// The folder or file.
  public Path path() {
    return path;
  }

  /// `adapter_config.json`, if there is one.
  public Optional<PeftConfig> config() {
    return config;
  }

  /// What is added, by module, in the order of the file.
  public List<LoraModule> modules() {
    return tensors.modules();
  }

  /// Tensors that take the place of the base's, under the base's names.
  public List<SourceTensor> replacements() {
    return tensors.replacements();
  }

  /// What a user should know, a line each.
  public List<String> notes() {
    return checkpoint.notes();
  }

  /// Unmaps the file.
  @Override
  public void close() {
    checkpoint.close();
  }
}
