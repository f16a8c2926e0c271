package dev.quern.converter;

import dev.quern.converter.overlay.Checksum;
import dev.quern.converter.overlay.DeltaOverlay;
import dev.quern.converter.overlay.LoraOverlay;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.adapter.LoraAdapter;
import dev.quern.formats.container.Container;
import dev.quern.formats.flax.FlaxLayout;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.tokenizer.SourceVocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// A checkpoint with what was added to it: its weights, computed when they are read, and where its
/// configuration and tokenizer lie.
public final class MergedModel implements AutoCloseable {
  private static final List<String> TOKENIZERS =
      List.of("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json");

  private final MergeBase base;
  private final Path folder;
  private final Path tokenizer;
  private final Checkpoint checkpoint;
  private final OptionalLong vocabulary;

  private MergedModel(
      MergeBase base, Path folder, Path tokenizer, Checkpoint checkpoint, OptionalLong vocabulary) {
    this.base = base;
    this.vocabulary = vocabulary;
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.checkpoint = checkpoint;
  }

  /// Opens `base`, a folder of Hugging Face's, Meta's or Mistral's, a file of weights or a GGUF
  /// that is not quantized, with what `merging` adds.
  ///
  /// @throws MalformedFileException if the parts do not fit each other
  public static MergedModel open(Path base, Merging merging) {
    MergedModel model = of(MergeBase.of(Container.of(base)), merging);
    try {
      model.requireConfig();
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /// Adds what `merging` says to `base`, and closes it if that fails.
  static MergedModel of(MergeBase base, Merging merging) {
    Checkpoint merged = base.checkpoint();
    try {
      Path described = base.folder();
      if (merging.delta().isPresent()) {
        Path own = folderOf(merging.delta().get());
        described = Files.isRegularFile(own.resolve("config.json")) ? own : base.folder();
        merged = add(merged, merging, configOf(base, described));
      }
      Path tokenizer = tokenizer(described, base.folder());
      OptionalLong vocabulary = OptionalLong.empty();
      for (Merging.Adapter adapter : merging.adapters()) {
        Checkpoint below = merged;
        merged = add(below, adapter);
        OptionalLong grown = grown(below, merged);
        if (grown.isPresent()) {
          vocabulary = grown;
          tokenizer = tokenizer(folderOf(adapter.path()), tokenizer);
        }
      }
      if (merging.checksum().isPresent()) {
        Checksum.check(merged, merging.checksum().getAsDouble(), Merging.TOLERANCE);
      }
      return new MergedModel(base, described, tokenizer, merged, vocabulary);
    } catch (RuntimeException e) {
      merged.close();
      throw e;
    }
  }

  private void requireConfig() {
    if (!base.isDescribed()) {
      config();
    }
  }

  private static Checkpoint add(
      Checkpoint checkpoint, Merging merging, Supplier<ModelConfig> config) {
    Checkpoint stored = weights(merging.delta().orElseThrow());
    try {
      Checkpoint delta =
          FlaxLayout.isOne(stored) ? MergeBase.decoded(stored, config.get()) : stored;
      return DeltaOverlay.of(checkpoint, delta, merging.added());
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  private static Checkpoint add(Checkpoint checkpoint, Merging.Adapter adapter) {
    LoraAdapter opened = LoraAdapter.open(adapter.path());
    try {
      return LoraOverlay.of(checkpoint, opened, adapter.weight());
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static Path folderOf(Path path) {
    if (!Files.exists(path)) {
      throw new MalformedFileException(path, "no such file or folder");
    }
    return Files.isDirectory(path) ? path : PartialFile.folderOf(path);
  }

  /// The weights in a folder of Hugging Face's, or in one file.
  private static Checkpoint weights(Path path) {
    if (Files.isDirectory(path)) {
      return HuggingFaceFolder.open(path).checkpoint();
    }
    Optional<Checkpoint> file = HuggingFaceFolder.weights(path);
    return file.orElseThrow(
        () ->
            new MalformedFileException(
                path,
                "not weights that can be added: wanted a folder of Hugging Face's, a .safetensors,"
                    + " a file of PyTorch's (.bin, .pt, .pth, .ckpt) or of EasyLM's"));
  }

  /// The tokens of an embedding that has other rows than below.
  private static OptionalLong grown(Checkpoint below, Checkpoint merged) {
    return merged.tensors().stream()
        .filter(tensor -> tensor.shape().rank() == 2)
        .filter(tensor -> !below.tensor(tensor.name()).orElseThrow().shape().equals(tensor.shape()))
        .mapToLong(tensor -> tensor.shape().rows())
        .findFirst();
  }

  private static Path tokenizer(Path described, Path base) {
    boolean own = TOKENIZERS.stream().anyMatch(file -> Files.exists(described.resolve(file)));
    return own ? described : base;
  }

  /// The folder of the configuration: the difference's if it has one, else the base's.
  public Path folder() {
    return folder;
  }

  /// The folder of the tokenizer: the same, or the base's if there is none.
  public Path tokenizer() {
    return tokenizer;
  }

  /// `config.json`, with the vocabulary of an embedding that an adapter replaced.
  ModelConfig config() {
    ModelConfig config = configOf(base, folder).get();
    return vocabulary.isEmpty()
        ? config
        : config.with(Map.of("vocab_size", vocabulary.getAsLong()));
  }

  private static Supplier<ModelConfig> configOf(MergeBase base, Path folder) {
    return folder.equals(base.folder())
        ? base.config()
        : () -> HuggingFaceFolder.open(folder).config();
  }

  /// The configuration as text, if it is not the folder's.
  Optional<String> changedConfig() {
    boolean asItLies = base.isDescribed() || !folder.equals(base.folder());
    return vocabulary.isEmpty() && asItLies ? Optional.empty() : Optional.of(config().json());
  }

  /// The tokenizer, padded to `size` tokens.
  SourceVocabulary vocabulary(long size, Optional<String> pre) {
    return tokenizer.equals(base.folder())
        ? base.tokens().read(size, pre)
        : SourceVocabulary.read(tokenizer, size, pre);
  }

  /// On what was concluded of the base, a line each.
  List<String> notes() {
    return folder.equals(base.folder()) ? base.notes() : List.of();
  }

  /// The weights.
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /// Unmaps the files.
  @Override
  public void close() {
    checkpoint.close();
  }
}
