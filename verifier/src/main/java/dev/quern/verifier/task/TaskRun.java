package dev.quern.verifier.task;

import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Progress;
import java.util.ArrayList;
import java.util.List;

/// Lets a model choose.
///
/// As in llama-perplexity, texts are tokens with what the tokenizer puts around a text, what they
/// begin with in common is read once, and of two gaps the last token is not scored and the choice
/// itself only where too little follows it. Unlike there, a choice that is scored itself is scored
/// from the tokens before it in both texts, and the last line of a CSV counts without a line feed.
public final class TaskRun {
  /// Tokens that must follow a gap for the choice in it not to be scored itself.
  private static final int LEAST_AFTER_GAP = 3;

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Progress progress;

  /// A run of `model`, whose tokenizer is `tokenizer`.
  public TaskRun(LanguageModel model, Tokenizer tokenizer, Progress progress) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.progress = progress;
  }

  /// A text as tokens, of which those from `from` to `end` are scored.
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the class
  private record Choice(int[] tokens, int from, int end) {}

  /// What the model chooses in each of `tasks`.
  public List<TaskChoice> choose(List<ChoiceTask> tasks) {
    List<TaskChoice> choices = new ArrayList<>();
    for (ChoiceTask task : tasks) {
      choices.add(choose(task));
      progress.step(choices.size(), tasks.size());
    }
    return choices;
  }

  private TaskChoice choose(ChoiceTask task) {
    List<int[]> texts = task.texts().stream().map(this::tokens).toList();
    int common = common(texts);
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      choices.add(choice(task, texts, i, common));
    }
    double[] likelihoods = likelihoods(choices, common);
    double[] means = new double[likelihoods.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = likelihoods[i] / (choices.get(i).end - choices.get(i).from);
    }
    return new TaskChoice(task.answer(), largest(means), largest(likelihoods));
  }

  private Choice choice(ChoiceTask task, List<int[]> texts, int index, int common) {
    int[] tokens = texts.get(index);
    if (task.heads().isEmpty()) {
      return new Choice(tokens, common, tokens.length);
    }
    boolean afterwards = texts.stream().allMatch(one -> one.length - common > LEAST_AFTER_GAP);
    int head = afterwards ? tokens(task.heads().get(index)).length : common;
    int from = Math.clamp(head, common, tokens.length - 1);
    return new Choice(tokens, from, tokens.length - from > 1 ? tokens.length - 1 : tokens.length);
  }

  private int[] tokens(String text) {
    return tokenizer.encode(text, true, false);
  }

  /// Tokens that all texts begin with; at least one token is left of each, and one before it.
  private static int common(List<int[]> texts) {
    int shortest = texts.stream().mapToInt(text -> text.length).min().orElseThrow();
    if (shortest < 2) {
      throw new IllegalArgumentException(
          "a choice is one token with its question: nothing to score");
    }
    int common = 0;
    while (common < shortest - 1 && sameAt(texts, common)) {
      common++;
    }
    return Math.max(1, common);
  }

  private static boolean sameAt(List<int[]> texts, int position) {
    int token = texts.getFirst()[position];
    return texts.stream().allMatch(text -> text[position] == token);
  }

  private double[] likelihoods(List<Choice> choices, int common) {
    int vocabulary = model.vocabularySize();
    int longest = choices.stream().mapToInt(choice -> choice.tokens.length).max().orElseThrow();
    double[] sums = new double[choices.size()];
    float[] logits = new float[Math.multiplyExact(longest - common + 1, vocabulary)];
    try (Session session = model.newSession(longest)) {
      int[] shared = choices.getFirst().tokens;
      boolean same = choices.stream().allMatch(choice -> choice.tokens[0] == shared[0]);
      for (int i = 0; i < sums.length; i++) {
        Choice choice = choices.get(i);
        if (i == 0 || !same) {
          session.reset();
          session.feed(choice.tokens, 0, common, 1, logits);
        } else {
          session.truncate(common);
        }
        sums[i] = likelihood(session, choice, common, logits, vocabulary);
      }
    }
    return sums;
  }

  /// The log-likelihood of the scored tokens; the logits that follow the common ones come first in
  /// `logits`.
  private static double likelihood(
      Session session, Choice choice, int common, float[] logits, int vocabulary) {
    int count = choice.end - 1 - common;
    float[] rest = new float[Math.max(0, count) * vocabulary];
    if (count > 0) {
      session.feed(choice.tokens, common, count, count, rest);
      System.arraycopy(rest, 0, logits, vocabulary, rest.length);
    }
    double sum = 0;
    for (int t = choice.from; t < choice.end; t++) {
      sum += logLikelihood(logits, (t - common) * vocabulary, vocabulary, choice.tokens[t]);
    }
    return sum;
  }

  private static double logLikelihood(float[] logits, int at, int vocabulary, int token) {
    float peak = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < vocabulary; i++) {
      peak = Math.max(peak, logits[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      sum += Math.exp((double) logits[at + i] - peak);
    }
    return logits[at + token] - peak - Math.log(sum);
  }

  /// The first of the largest; a NaN is never it unless it comes first.
  private static int largest(double[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }
}
