package dev.quern.converter;

import dev.quern.converter.overlay.HuggingFaceNames;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.container.Container;
import dev.quern.formats.flax.FlaxLayout;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.meta.MetaFolder;
import dev.quern.formats.mistral.MistralFolder;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import dev.quern.formats.tokenizer.SourceVocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// A published checkpoint, to which something may be added.
///
/// @param path what the user named
/// @param folder where it lies
/// @param checkpoint its weights, decoded if they are quantized
/// @param config its configuration
/// @param tokens its tokenizer
/// @param isDescribed true if the configuration is the folder's `config.json`
/// @param notes on what was concluded, a line each
record MergeBase(
    Path path,
    Path folder,
    Checkpoint checkpoint,
    Supplier<ModelConfig> config,
    Tokens tokens,
    boolean isDescribed,
    List<String> notes) {

  /// A tokenizer that is read when it is known how many tokens the model has.
  interface Tokens {
    /// Reads it, padded to `size` tokens.
    ///
    /// @param pre the BPE pre-tokenizer, when it must not be recognized
    SourceVocabulary read(long size, Optional<String> pre);
  }

  /// The model `stored` in the folder `folder` of Hugging Face's.
  static MergeBase huggingFace(Path path, Path folder, Checkpoint stored) {
    return closingOnFailure(
        stored,
        checkpoint ->
            new MergeBase(
                path,
                folder,
                Files.isRegularFile(folder.resolve("config.json"))
                    ? decoded(checkpoint, HuggingFaceFolder.open(folder).config())
                    : checkpoint,
                () -> HuggingFaceFolder.open(folder).config(),
                (size, pre) -> SourceVocabulary.read(folder, size, pre),
                true,
                List.of()));
  }

  /// The weights that `stored` stands for, by `config`.
  static Checkpoint decoded(Checkpoint stored, ModelConfig config) {
    return QuantizedCheckpoint.of(config, FlaxLayout.of(stored, config));
  }

  /// The model in the folder `path` of Meta's.
  ///
  /// @param named true if tensors get the names of Hugging Face's
  static MergeBase meta(Path path, boolean named) {
    MetaFolder folder = MetaFolder.open(path);
    return closingOnFailure(
        folder.checkpoint(),
        checkpoint -> {
          ModelConfig config = folder.config(checkpoint);
          Path tokenizer = folder.tokenizer();
          return new MergeBase(
              path,
              path,
              named ? HuggingFaceNames.ofMeta(checkpoint, config) : checkpoint,
              () -> config,
              (size, pre) -> SourceVocabulary.readMeta(tokenizer, size, folder.isNewer(), pre),
              false,
              folder.notes(checkpoint));
        });
  }

  /// The model in the folder `path` of Mistral's.
  ///
  /// @param named true if tensors get the names of Hugging Face's
  static MergeBase mistral(Path path, boolean named) {
    MistralFolder folder = MistralFolder.open(path);
    Path tokenizer = folder.tokenizer();
    return closingOnFailure(
        folder.checkpoint(),
        stored -> {
          ModelConfig config = folder.config();
          Checkpoint decoded = QuantizedCheckpoint.of(config, stored);
          return new MergeBase(
              path,
              path,
              named ? HuggingFaceNames.ofMeta(decoded, config) : decoded,
              () -> config,
              (size, pre) ->
                  folder.isTekken()
                      ? SourceVocabulary.read(path, size, pre)
                      : SourceVocabulary.readMeta(tokenizer, size, false, pre),
              false,
              folder.notes());
        });
  }

  /// The LLaMA in the GGUF `file`, whose configuration and tokenizer must come from elsewhere.
  static MergeBase gguf(Path file) {
    GgufModel model = GgufModel.open(file);
    return closingOnFailure(
        GgufCheckpoint.of(model),
        checkpoint ->
            new MergeBase(
                file,
                PartialFile.folderOf(file),
                HuggingFaceNames.ofGguf(checkpoint, Metadata.of(model)),
                () -> {
                  throw new MalformedFileException(
                      file,
                      "a GGUF has no config.json for a folder of Hugging Face's; convert it with"
                          + " --lora instead");
                },
                (size, pre) -> SourceVocabulary.read(PartialFile.folderOf(file), size, pre),
                false,
                List.of()));
  }

  /// What `container` has, under the names of Hugging Face's.
  ///
  /// @throws MalformedFileException if nothing can be added to it
  static MergeBase of(Container container) {
    return switch (container) {
      case Container.HuggingFace(Path folder) ->
          huggingFace(folder, folder, HuggingFaceFolder.open(folder).checkpoint());
      case Container.Meta(Path folder) -> meta(folder, true);
      case Container.Mistral(Path folder) -> mistral(folder, true);
      case Container.Gguf(Path file) -> gguf(file);
      case Container.Weights weights ->
          weights.model() instanceof Container.Meta || weights.model() instanceof Container.Mistral
              ? of(weights.model())
              : huggingFace(
                  weights.path(), PartialFile.folderOf(weights.path()), weights.checkpoint());
      case Container.Legacy model -> throw notAdded(model);
    };
  }

  /// Why nothing is added to `container`.
  static MalformedFileException notAdded(Container container) {
    return new MalformedFileException(
        container.path(),
        "differences and adapters are not added to %s: its tensors are laid out or quantized otherwise; convert it to F16 first"
            .formatted(container.display()));
  }

  private static MergeBase closingOnFailure(
      Checkpoint checkpoint, Function<Checkpoint, MergeBase> opening) {
    try {
      return opening.apply(checkpoint);
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }
}
