package dev.quern.verifier;

import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;

/// A session of the engine as a source of logits.
public final class SessionLogits implements LogitsSource, AutoCloseable {
  private final Session session;
  private final int vocabularySize;

  private SessionLogits(Session session, int vocabularySize) {
    this.session = session;
    this.vocabularySize = vocabularySize;
  }

  /// Opens a session with room for `capacity` tokens; the model must outlive it.
  ///
  /// @throws IllegalArgumentException if there cannot be such a session
  public static SessionLogits open(LanguageModel model, int capacity) {
    return new SessionLogits(model.newSession(capacity), model.vocabularySize());
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public void start() {
    session.reset();
  }

  @Override
  public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
    session.feed(tokens, from, count, wanted, logits);
  }

  @Override
  public void close() {
    session.close();
  }
}
