package dev.quern.cli;

import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.verifier.LogitsSource;

/// A session of the engine as the verifier reads it.
record SessionSource(LanguageModel model, Session session) implements LogitsSource {
  @Override
  public int vocabularySize() {
    return model.vocabularySize();
  }

  @Override
  public void start() {
    session.reset();
  }

  @Override
  public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
    session.feed(tokens, from, count, wanted, logits);
  }
}
