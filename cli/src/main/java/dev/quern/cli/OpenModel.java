package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.converter.ModelSource;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.formats.tokenizer.Tokenizers;
import dev.quern.verifier.ModelFacts;
import java.nio.file.Path;
import java.util.Optional;

/// A model that can be run: a GGUF, or a published checkpoint as it is.
///
/// @param path the file or folder
/// @param view metadata and tensors
/// @param closing unmaps the files
record OpenModel(Path path, ModelView view, Runnable closing) implements AutoCloseable {
  private static final String TOKENS = "tokenizer.ggml.tokens";

  /// Opens `path`: a GGUF, or whatever can be converted, as it is.
  ///
  /// @throws ConversionException if a checkpoint lacks what a model needs
  static OpenModel open(Path path) {
    ModelSource source = Sources.ofThisProcess().openLocal(path, SourceOptions.defaults());
    if (!source.problems().isEmpty()) {
      source.close();
      throw new ConversionException(source.problems());
    }
    return new OpenModel(path, source.view(), source::close);
  }

  /// The tokenizer in the model's metadata.
  Tokenizer tokenizer() {
    return tokenizer(view);
  }

  /// The tokenizer in the metadata of `model`.
  ///
  /// @throws MalformedFileException if it has other tokens than the model has embeddings
  static Tokenizer tokenizer(ModelView model) {
    Tokenizer tokenizer = Tokenizers.fromMetadata(model.name(), model.metadata());
    Optional<TensorData> embedding = model.tensor("token_embd.weight");
    if (embedding.isPresent() && model.metadata().get(TOKENS) instanceof Array tokens) {
      long rows = embedding.get().info().shape().rows();
      if (rows != tokens.values().size()) {
        throw new MalformedFileException(
            Path.of(model.name()),
            "%s has %d tokens, and token_embd.weight %d rows"
                .formatted(TOKENS, tokens.values().size(), rows));
      }
    }
    return tokenizer;
  }

  /// Loads it for running, with a progress bar where that takes time.
  LanguageModel load(EngineOptions options) {
    try (Steps steps = Steps.of("repacking")) {
      return LanguageModel.load(view, options, steps::step);
    }
  }

  /// What a report says of it.
  ModelFacts facts() {
    String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    long tensors = view.tensors().stream().mapToLong(TensorInfo::bytes).sum();
    return ModelFacts.of(name, view instanceof GgufModel file ? file.size() : tensors, view);
  }

  @Override
  public void close() {
    closing.run();
  }
}
