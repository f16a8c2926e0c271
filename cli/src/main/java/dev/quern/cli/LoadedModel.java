package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;

/// A model that is loaded once for all that is done with it in exact mode.
///
/// @param view what it is made of
/// @param model what runs
record LoadedModel(ModelView view, LanguageModel model) implements AutoCloseable {
  /// Loads `view`, which must outlive it, to run with `threads` threads.
  static LoadedModel of(ModelView view, int threads) {
    return new LoadedModel(view, LanguageModel.load(view, EngineOptions.exact(threads)));
  }

  @Override
  public void close() {
    model.close();
  }
}
