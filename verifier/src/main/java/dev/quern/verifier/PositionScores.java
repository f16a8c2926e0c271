package dev.quern.verifier;

import dev.quern.verifier.PositionScore.Prediction;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/// What the logits of a batch of positions say; one slot per position, filled in any order.
///
/// Exponentials and sums are in double precision. llama-perplexity takes them in single precision,
/// and for a divergence it reads the base's log-probabilities back from 16-bit steps of `(max -
/// max(min, max - 16)) / 65535` nats and leaves out tokens whose log-probability is below -16; the
/// figures here have neither loss.
final class PositionScores {
  private final int vocabulary;

  /// Negative log-likelihood of the token that follows, by the candidate and by the base.
  final double[] surprise;

  final double[] baseSurprise;

  /// Divergence of the candidate from the base in nats.
  final double[] divergence;

  /// Whether both models hold the same token most likely.
  final boolean[] sameTop;

  /// How many of the five tokens that the candidate holds most likely are among the base's five.
  final byte[] sharedTop;

  /// Entropy of the candidate's prediction less that of the base's, in nats.
  final double[] entropyChange;

  private final boolean[] hasBase;
  private final int[] top;
  private final int[] baseTop;
  private final double[] topLog;
  private final double[] baseTopLog;

  PositionScores(int positions, int vocabulary) {
    this.vocabulary = vocabulary;
    sharedTop = new byte[positions];
    entropyChange = new double[positions];
    surprise = new double[positions];
    baseSurprise = new double[positions];
    divergence = new double[positions];
    sameTop = new boolean[positions];
    hasBase = new boolean[positions];
    top = new int[positions];
    baseTop = new int[positions];
    topLog = new double[positions];
    baseTopLog = new double[positions];
  }

  /// Scores the candidate alone at position `slot`, which `follower` follows.
  void score(int slot, float[] logits, int follower) {
    int at = slot * vocabulary;
    int top = top(logits, at);
    double logSum = logSum(logits, at, top);
    surprise[slot] = logSum - logits[at + follower];
    this.top[slot] = top;
    topLog[slot] = logits[at + top] - logSum;
    hasBase[slot] = false;
    divergence[slot] = Double.NaN;
  }

  /// Writes the first `count` slots.
  void write(DataOutput out, int count) throws IOException {
    for (int slot = 0; slot < count; slot++) {
      out.writeDouble(surprise[slot]);
      out.writeDouble(baseSurprise[slot]);
      out.writeDouble(divergence[slot]);
      out.writeDouble(entropyChange[slot]);
      out.writeBoolean(sameTop[slot]);
      out.writeByte(sharedTop[slot]);
      out.writeBoolean(hasBase[slot]);
      out.writeInt(top[slot]);
      out.writeInt(baseTop[slot]);
      out.writeDouble(topLog[slot]);
      out.writeDouble(baseTopLog[slot]);
    }
  }

  /// Reads the first `count` slots.
  void read(DataInput in, int count) throws IOException {
    for (int slot = 0; slot < count; slot++) {
      surprise[slot] = in.readDouble();
      baseSurprise[slot] = in.readDouble();
      divergence[slot] = in.readDouble();
      entropyChange[slot] = in.readDouble();
      sameTop[slot] = in.readBoolean();
      sharedTop[slot] = in.readByte();
      hasBase[slot] = in.readBoolean();
      top[slot] = in.readInt();
      baseTop[slot] = in.readInt();
      topLog[slot] = in.readDouble();
      baseTopLog[slot] = in.readDouble();
    }
  }

  /// What slot `slot` says, as the score of a position.
  PositionScore at(int slot, int chunk, int position, int follower) {
    Prediction candidate = new Prediction(-surprise[slot], top[slot], topLog[slot]);
    double base = -baseSurprise[slot];
    return new PositionScore(
        chunk,
        position,
        follower,
        candidate,
        hasBase[slot] ? new Prediction(base, baseTop[slot], baseTopLog[slot]) : null,
        divergence[slot]);
  }

  /// Scores candidate and base at position `slot`; `powers` is scratch of one vocabulary.
  void score(int slot, float[] logits, float[] baseLogits, int follower, double[] powers) {
    int at = slot * vocabulary;
    TopTokens tops = TopTokens.of(logits, at, vocabulary);
    TopTokens baseTops = TopTokens.of(baseLogits, at, vocabulary);
    sharedTop[slot] = (byte) tops.shared(baseTops);
    int top = top(logits, at);
    double logSum = logSum(logits, at, top);
    double entropy = logSum - meanLogit(logits, at, logSum);
    int baseTop = top(baseLogits, at);
    float peak = baseLogits[at + baseTop];
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      powers[i] = Math.exp((double) baseLogits[at + i] - peak);
      sum += powers[i];
    }
    double baseLogSum = peak + Math.log(sum);
    surprise[slot] = logSum - logits[at + follower];
    baseSurprise[slot] = baseLogSum - baseLogits[at + follower];
    this.top[slot] = top;
    topLog[slot] = logits[at + top] - logSum;
    this.baseTop[slot] = baseTop;
    baseTopLog[slot] = peak - baseLogSum;
    hasBase[slot] = true;
    sameTop[slot] = top == baseTop && Double.isFinite(logSum + baseLogSum);
    divergence[slot] = divergence(logits, baseLogits, at, powers, sum, baseLogSum - logSum);
    entropyChange[slot] = entropy - (baseLogSum - meanLogit(baseLogits, at, baseLogSum));
  }

  /// The mean of the logits under the probabilities that they give.
  private double meanLogit(float[] logits, int at, double logSum) {
    double mean = 0;
    for (int i = 0; i < vocabulary; i++) {
      double probability = Math.exp(logits[at + i] - logSum);
      if (probability != 0) { // 0 times minus infinity is no number
        mean += probability * logits[at + i];
      }
    }
    return mean;
  }

  /// Sum over tokens of base probability times difference of log-probabilities.
  private double divergence(
      float[] logits, float[] baseLogits, int at, double[] powers, double sum, double offset) {
    double total = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (powers[i] != 0) { // a token that the base excludes costs nothing, whatever the candidate
        total += powers[i] * ((double) baseLogits[at + i] - logits[at + i] - offset);
      }
    }
    return Math.max(0, total / sum); // rounding can push equal distributions below zero
  }

  /// Logarithm of the sum of the exponentials of the logits from `at` on.
  private double logSum(float[] logits, int at, int top) {
    float peak = logits[at + top];
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      sum += Math.exp((double) logits[at + i] - peak);
    }
    return peak + Math.log(sum);
  }

  /// The first of the largest logits; a NaN is passed over unless it comes first.
  private int top(float[] logits, int at) {
    int top = 0;
    for (int i = 1; i < vocabulary; i++) {
      if (logits[at + i] > logits[at + top]) {
        top = i;
      }
    }
    return top;
  }
}
