package dev.quern.cli;

import dev.quern.converter.ModelSource;
import dev.quern.quantizers.recipe.Recipe;
import java.nio.file.Path;

/// What an output file is called when only its folder was given.
final class OutputName {
  private OutputName() {}

  /// `FOLDER/SOURCE-TYPE.gguf`.
  static Path in(Path folder, ModelSource source, Recipe recipe) {
    return folder.resolve(source.defaultName() + "-" + recipe.name() + ".gguf");
  }
}
