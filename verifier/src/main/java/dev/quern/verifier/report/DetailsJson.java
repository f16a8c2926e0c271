package dev.quern.verifier.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Details as the page's script reads them; `null` for what is no number.
final class DetailsJson {
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final ReportDetails details;

  private DetailsJson(ReportDetails details) {
    this.details = details;
  }

  /// The details of the candidate called `current`.
  static ObjectNode of(ReportDetails details, String current) {
    DetailsJson json = new DetailsJson(details);
    ScoreSummary scores = details.scores();
    json.root.put("measure", scores.hasBase() ? "divergence" : "surprise");
    json.putBands(scores.bands());
    json.putChunks(scores.chunks());
    json.putHistograms(scores);
    json.putTensors();
    json.putPoints(current);
    json.putWorst();
    return json.root;
  }

  private void putBands(List<PositionBand> bands) {
    ArrayNode array = root.putArray("bands");
    for (PositionBand band : bands) {
      ObjectNode node = array.addObject();
      node.put("from", band.from());
      node.put("to", band.to());
      put(node, "mean", band.mean());
      put(node, "p10", band.p10());
      put(node, "p25", band.p25());
      put(node, "p50", band.p50());
      put(node, "p75", band.p75());
      put(node, "p90", band.p90());
    }
  }

  private void putChunks(List<ChunkScores> chunks) {
    ArrayNode array = root.putArray("chunks");
    for (ChunkScores chunk : chunks) {
      ObjectNode node = array.addObject();
      node.put("index", chunk.index());
      node.put("positions", chunk.positions());
      put(node, "mean", chunk.meanLoss());
      put(node, "max", chunk.maxLoss());
      put(node, "perplexity", chunk.perplexity());
      put(node, "base_perplexity", chunk.basePerplexity());
      put(node, "same_top", chunk.sameTop());
      if (chunk.index() < details.beginnings().size()) {
        node.put("begins", details.beginnings().get(chunk.index()));
      }
    }
  }

  private void putHistograms(ScoreSummary scores) {
    ObjectNode losses = root.putObject("histogram");
    losses.put("decade", LogHistogram.DECADE);
    losses.put("low", LogHistogram.LOW);
    losses.put("zero", scores.losses().zero());
    put(losses.putArray("counts"), scores.losses().counts());
    ObjectNode shift = root.putObject("shift");
    shift.put("step", ProbabilityCounts.STEP);
    putAll(shift.putArray("counts"), scores.probabilities().shifts());
    ObjectNode joint = root.putObject("joint");
    joint.put("size", ProbabilityCounts.CELLS);
    putAll(joint.putArray("cells"), scores.probabilities().joint());
  }

  private void putTensors() {
    ArrayNode array = root.putArray("tensors");
    for (TensorLoss tensor : details.tensors()) {
      ObjectNode node = array.addObject();
      node.put("name", tensor.info().name());
      node.put("type", tensor.info().type().name());
      put(node, "bits", tensor.bitsPerWeight());
      node.put("bytes", tensor.info().bytes());
      put(node, "error", tensor.error());
      put(node, "weighted_error", tensor.weightedError());
      node.put("dead_blocks", tensor.deadBlocks());
    }
  }

  private void putPoints(String current) {
    ArrayNode array = root.putArray("candidates");
    for (FrontierPoint point : details.points()) {
      ObjectNode node = array.addObject();
      node.put("name", point.model().name());
      node.put("label", point.label());
      node.put("page", point.page());
      node.put("current", point.model().name().equals(current));
      node.put("bytes", point.model().bytes());
      put(node, "bits_per_weight", point.model().bitsPerWeight());
      put(node, "kld", point.divergence().value());
      put(node, "error", point.divergence().error());
      put(node, "top1", point.sameTop().value());
    }
  }

  private void putWorst() {
    ArrayNode array = root.putArray("worst");
    for (WorstPlace place : details.worst()) {
      ObjectNode node = array.addObject();
      node.put("chunk", place.score().chunk());
      node.put("position", place.score().position());
      put(node, "value", place.score().loss());
      node.put("before", place.before());
      node.put("follower", place.follower());
      put(node, "", place.candidate());
      place.base().ifPresent(guess -> put(node, "base_", guess));
    }
  }

  private static void put(ObjectNode node, String prefix, WorstPlace.Guess guess) {
    node.put(prefix + "top", guess.token());
    put(node, prefix + "top_chance", guess.chance());
    put(node, prefix + "chance", guess.followerChance());
  }

  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }

  private static void put(ArrayNode array, List<Long> counts) {
    counts.forEach(array::add);
  }

  private static void putAll(ArrayNode array, List<List<Long>> rows) {
    rows.forEach(row -> put(array.addArray(), row));
  }
}
