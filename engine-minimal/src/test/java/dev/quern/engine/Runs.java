package dev.quern.engine;

import dev.quern.formats.ModelView;
import java.util.Random;

/// Logits of whole texts, and how far two sets of them are apart.
final class Runs {
  private Runs() {}

  /// Logits of all `tokens`, fed `step` at a time.
  static float[] logits(ModelView view, EngineOptions options, int[] tokens, int step) {
    try (LanguageModel model = LanguageModel.load(view, options);
        Session session = model.newSession(tokens.length)) {
      return logits(model, session, tokens, step);
    }
  }

  static float[] logits(LanguageModel model, Session session, int[] tokens, int step) {
    int vocabulary = model.vocabularySize();
    float[] all = new float[tokens.length * vocabulary];
    float[] some = new float[step * vocabulary];
    for (int i = 0; i < tokens.length; i += step) {
      int count = Math.min(step, tokens.length - i);
      session.feed(tokens, i, count, count, some);
      System.arraycopy(some, 0, all, i * vocabulary, count * vocabulary);
    }
    return all;
  }

  static int[] tokens(int count, int vocabulary, long seed) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  /// The largest difference in units of the standard deviation of `expected`.
  static double distance(float[] actual, float[] expected) {
    double sum = 0;
    double squares = 0;
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += expected[i];
      squares += (double) expected[i] * expected[i];
      double difference = Math.abs(actual[i] - expected[i]);
      most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
    }
    double mean = sum / expected.length;
    return most / Math.sqrt(squares / expected.length - mean * mean);
  }
}
