package dev.quern.verifier;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// What a report in JSON says of a candidate beside its base in more detail.
final class DetailJson {
  private DetailJson() {}

  /// Adds keys to `root`, and to its `kld` and `dp`.
  static void put(ObjectNode root, Quality.Detail detail) {
    root.put("errors", "as if positions were independent");
    JsonReport.put(root, "perplexity_difference", detail.perplexityDifference());
    JsonReport.put(root, "log_perplexity_correlation", detail.correlation());
    JsonReport.put(root.withObject("/kld"), "min", detail.leastDivergence());
    put(root.withObject("/dp"), detail.shifts());
    JsonReport.put(root, "top5", detail.sharedTop());
    JsonReport.put(root, "entropy_change", detail.entropyChange());
    put(root.putObject("clustered"), detail.clustered());
  }

  private static void put(ObjectNode node, Quality.ShiftSpread spread) {
    JsonReport.put(node, "min", spread.min());
    JsonReport.put(node, "p001", spread.p001());
    JsonReport.put(node, "p010", spread.p010());
    JsonReport.put(node, "p050", spread.p050());
    JsonReport.put(node, "p100", spread.p100());
    JsonReport.put(node, "p250", spread.p250());
    JsonReport.put(node, "median", spread.median());
    JsonReport.put(node, "p750", spread.p750());
    JsonReport.put(node, "p900", spread.p900());
    JsonReport.put(node, "p950", spread.p950());
    JsonReport.put(node, "p990", spread.p990());
    JsonReport.put(node, "p999", spread.p999());
    JsonReport.put(node, "max", spread.max());
  }

  private static void put(ObjectNode node, Quality.Clustered clustered) {
    node.put("unit", clustered.unit());
    node.put("clusters", clustered.clusters());
    node.put("method", "bootstrap of whole clusters, bias-corrected and accelerated");
    node.put("confidence", clustered.confidence());
    node.put("resamples", clustered.resamples());
    put(node, "log_perplexity_ratio", clustered.logRatio());
    put(node, "kld", clustered.divergence());
    put(node, "top1", clustered.sameTop());
    put(node, "dp", clustered.shift());
  }

  /// Puts an interval as a list of two.
  static void put(ObjectNode node, String key, Interval interval) {
    ArrayNode ends = node.putArray(key);
    for (double end : new double[] {interval.low(), interval.high()}) {
      if (Double.isFinite(end)) {
        ends.add(end);
      } else {
        ends.addNull();
      }
    }
  }
}
