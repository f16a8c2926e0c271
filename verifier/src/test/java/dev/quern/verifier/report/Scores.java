package dev.quern.verifier.report;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.Estimate;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionScore.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Made-up scores and details.
final class Scores {
  private Scores() {}

  static PositionScore score(int chunk, int position, double own, double base, double divergence) {
    return new PositionScore(
        chunk,
        position,
        3,
        new Prediction(Math.log(own), 3, Math.log(own)),
        new Prediction(Math.log(base), 4, Math.log(base)),
        divergence);
  }

  static PositionScore alone(int chunk, int position, double own) {
    Prediction candidate = new Prediction(Math.log(own), 3, Math.log(own));
    return new PositionScore(chunk, position, 3, candidate, null, Double.NaN);
  }

  /// Twelve pieces of 64 tokens, as a good candidate has them.
  static ScoreSummary many() {
    Random random = new Random(20);
    ScoreSummary summary = new ScoreSummary(64, 5);
    for (int chunk = 0; chunk < 12; chunk++) {
      for (int position = 32; position < 63; position++) {
        double base = 0.001 + 0.998 * random.nextDouble();
        double own = Math.clamp(base + 0.02 * random.nextGaussian(), 0.001, 0.999);
        summary.accept(score(chunk, position, own, base, 0.003 * Math.exp(random.nextGaussian())));
      }
    }
    return summary;
  }

  static ReportDetails details() {
    List<String> beginnings = new ArrayList<>();
    List<TensorLoss> tensors = new ArrayList<>();
    tensors.add(tensor("token_embd.weight", GgmlType.Q6_K, 0.02));
    for (int layer = 0; layer < 12; layer++) {
      beginnings.add("piece " + layer);
      tensors.add(tensor("blk." + layer + ".attn_q.weight", GgmlType.Q4_K, 0.06 + 0.001 * layer));
      tensors.add(tensor("blk." + layer + ".ffn_down.weight", GgmlType.Q6_K, 0.02));
    }
    ScoreSummary scores = many();
    List<WorstPlace> worst =
        scores.worst().stream().map(score -> place(score, "</script><b>&amp; text")).toList();
    return new ReportDetails(scores, beginnings, worst, tensors, List.of());
  }

  static WorstPlace place(PositionScore score, String before) {
    WorstPlace.Guess guess = new WorstPlace.Guess(" mill", 0.5, 0.25);
    return new WorstPlace(score, before, " stone", guess, guess);
  }

  static List<FrontierPoint> points() {
    return List.of(
        point("Q2_K", "novella-Q2_K.gguf", 2_000_000, 0.04),
        point("Q4_K_M", "novella-Q4_K_M.gguf", 3_100_000, 0.0034),
        point("Q8_0", "novella-Q8_0.gguf", 5_300_000, 0.00004));
  }

  private static FrontierPoint point(String label, String name, long bytes, double divergence) {
    ModelFacts facts = new ModelFacts(name, bytes, 4_984_064, 8.0 * bytes / 4_984_064);
    return new FrontierPoint(
        label,
        "report-" + label + ".html",
        facts,
        new Estimate(divergence, divergence / 50),
        new Estimate(0.95, 0.002));
  }

  private static TensorLoss tensor(String name, GgmlType type, double error) {
    return new TensorLoss(new TensorInfo(name, type, Shape.of(256, 64)), error, Double.NaN, 0);
  }
}
