package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.converter.ModelSource;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.ModelView;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.formats.tokenizer.Tokenizers;
import java.nio.file.Files;
import java.nio.file.Path;

/// A model that can be run: a GGUF, or a published checkpoint as it is.
///
/// @param path the file or folder
/// @param view metadata and tensors
/// @param closing unmaps the files
record OpenModel(Path path, ModelView view, Runnable closing) implements AutoCloseable {
  /// Opens `path`.
  ///
  /// @throws ConversionException if a checkpoint lacks what a model needs
  static OpenModel open(Path path) {
    if (!Files.isDirectory(path)) {
      GgufFile file = GgufFile.open(path);
      return new OpenModel(path, file, file::close);
    }
    ModelSource source = ModelSource.open(path, SourceOptions.defaults());
    if (!source.problems().isEmpty()) {
      source.close();
      throw new ConversionException(source.problems());
    }
    return new OpenModel(path, source.view(), source::close);
  }

  /// The tokenizer in the model's metadata.
  Tokenizer tokenizer() {
    return Tokenizers.fromMetadata(view.name(), view.metadata());
  }

  /// What reports call it.
  String name() {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  @Override
  public void close() {
    closing.run();
  }
}
