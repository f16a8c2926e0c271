package dev.quern.engine;

/// The state of one text: its keys and values up to a position. Not for use by two threads at once.
public final class Session implements AutoCloseable {
  private final LanguageModel model;
  private final KeyValueCache cache;
  private final int capacity;
  private final int most;
  private int position;

  /// @param most tokens that go through the graph at once
  Session(LanguageModel model, KeyValueCache cache, int capacity, int most) {
    this.model = model;
    this.cache = cache;
    this.capacity = capacity;
    this.most = most;
  }

  /// Tokens that were fed and not forgotten.
  public int position() {
    return position;
  }

  /// Number of logits of a position.
  public int vocabularySize() {
    return model.vocabularySize();
  }

  /// Positions that fit.
  public int capacity() {
    return capacity;
  }

  /// Forgets everything.
  public void reset() {
    position = 0;
  }

  /// Forgets all but the first `length` tokens.
  ///
  /// @throws IllegalArgumentException if fewer were fed
  public void truncate(int length) {
    if (length < 0 || length > position) {
      throw new IllegalArgumentException(
          "cannot keep " + length + " positions, the session has " + position);
    }
    position = length;
  }

  /// Feeds `count` tokens from index `from` at the current position, and writes the logits of the
  /// last `wanted` of them to `logits`, one position after another.
  ///
  /// How tokens are cut into calls changes logits by no more than rounding.
  ///
  /// @throws IllegalArgumentException if a token is not in the vocabulary, the session has no room,
  ///   or `wanted` is not from 0 to `count`; the session is then as before
  public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
    check(tokens, from, count, wanted, logits);
    int vocabulary = model.vocabularySize();
    int unwanted = count - wanted;
    for (int done = 0; done < count; ) {
      int batch = Math.min(most, count - done);
      int of = Math.clamp(done + batch - unwanted, 0, batch);
      int to = Math.max(0, done + batch - of - unwanted) * vocabulary;
      model.run(cache, position, tokens, from + done, batch, of, logits, to);
      position += batch;
      done += batch;
    }
  }

  private void check(int[] tokens, int from, int count, int wanted, float[] logits) {
    int vocabulary = model.vocabularySize();
    if (from < 0 || count < 0 || count > tokens.length - from) {
      throw new IllegalArgumentException(
          "tokens " + from + " to " + ((long) from + count) + " of " + tokens.length);
    }
    if (wanted < 0 || wanted > count) {
      throw new IllegalArgumentException("logits of " + wanted + " of " + count + " tokens");
    }
    if (count > capacity - position) {
      throw new IllegalArgumentException(
          count + " tokens at position " + position + " do not fit in " + capacity);
    }
    if ((long) wanted * vocabulary > logits.length) {
      throw new IllegalArgumentException(
          wanted + " x " + vocabulary + " logits do not fit in " + logits.length);
    }
    for (int i = from; i < from + count; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "token " + tokens[i] + " is not in the vocabulary of " + vocabulary);
      }
    }
  }

  /// Does nothing yet: a session's memory goes with it.
  @Override
  public void close() {}
}
