package dev.quern.converter;

import dev.quern.formats.safetensors.ShardedSafetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes a merged model as a folder of Hugging Face's: safetensors, and configuration and
/// tokenizer as they were.
///
/// The configuration comes last, so that a folder that is not whole cannot be opened as a model.
public final class CheckpointFolder {
  private static final List<String> CONFIGURATION =
      List.of("generation_config.json", "config.json");
  private static final List<String> TOKENIZER =
      List.of(
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "tekken.json",
          "chat_template.jinja",
          "chat_template.json");

  private CheckpointFolder() {}

  /// Writes `model` to the folder `target`, which is made when it is missing.
  ///
  /// @param shard bytes of tensors in a file; a larger tensor has a file of its own
  /// @return the files of weights
  /// @throws ConversionException if the disk refuses
  public static List<Path> write(MergedModel model, Path target, long shard) {
    try {
      Files.createDirectories(target);
      List<Path> files = ShardedSafetensors.write(target, model.checkpoint().tensors(), shard);
      copy(model.tokenizer(), TOKENIZER, target);
      copy(model.folder(), CONFIGURATION, target);
      if (model.changedConfig().isPresent()) {
        Files.writeString(target.resolve("config.json"), model.changedConfig().get());
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new ConversionException(target + ": cannot be written: " + e.getMessage());
    }
  }

  private static void copy(Path from, List<String> names, Path target) throws IOException {
    for (String name : names) {
      if (Files.isRegularFile(from.resolve(name))) {
        Files.write(target.resolve(name), Files.readAllBytes(from.resolve(name)));
      }
    }
  }
}
