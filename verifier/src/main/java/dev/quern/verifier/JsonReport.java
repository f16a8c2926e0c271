package dev.quern.verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.verifier.blame.Blame;
import dev.quern.verifier.sanity.Finding;
import dev.quern.verifier.sanity.Sanity;
import java.io.UncheckedIOException;
import java.util.Optional;

/// A report as one JSON document: keys always in the same order, absent where nothing was measured,
/// and `null` for a figure that is NaN or infinite.
public final class JsonReport {
  private final Report report;
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  private JsonReport(Report report) {
    this.report = report;
  }

  /// The document, ending in a line feed.
  public static String of(Report report) {
    return text(tree(report));
  }

  /// The same with where the loss lies, if that was looked for.
  public static String of(Report report, Optional<Blame> blame) {
    ObjectNode root = tree(report);
    blame.ifPresent(found -> put(root.putObject("blame"), found));
    return text(root);
  }

  /// What was found in `file`, which was looked at and not run.
  public static String of(String file, ModelFacts model, Sanity sanity, Verdict verdict) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("file", file);
    root.put("bytes", model.bytes());
    put(root, "bits_per_weight", model.bitsPerWeight());
    put(root.putObject("sanity"), sanity);
    root.put("passed", verdict.passed());
    return text(root);
  }

  private static void put(ObjectNode node, Sanity sanity) {
    node.put("faults", sanity.faults());
    ArrayNode findings = node.putArray("findings");
    for (Finding finding : sanity.findings()) {
      ObjectNode one = findings.addObject();
      one.put("severity", finding.isFault() ? "fault" : "note");
      one.put("check", finding.check());
      one.put("problem", finding.problem());
    }
  }

  private static void put(ObjectNode node, Blame blame) {
    put(node, "kld", blame.divergence());
    ArrayNode ranking = node.putArray("ranking");
    for (Blame.Part part : blame.ranking()) {
      ObjectNode row = ranking.addObject();
      row.put("group", part.suspect().group());
      row.put("tensors", part.suspect().tensors().size());
      put(row, "weight_error", part.suspect().weightError());
      put(row, "kld_returned", part.returned());
      row.put("finer_type", part.suspect().finer().name());
      row.put("finer_bytes", part.suspect().growth());
      put(row, "kld_per_byte", part.perByte());
      row.put("option", part.suspect().option());
    }
    blame.bestBuy().ifPresent(part -> node.put("best_buy", part.suspect().option()));
  }

  /// The document as a tree.
  static ObjectNode tree(Report report) {
    return new JsonReport(report).build();
  }

  /// A document as text, ending in a line feed.
  static String text(ObjectNode root) {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode build() {
    root.put("schema", Report.SCHEMA);
    root.put("tool", report.made().tool());
    report.source().ifPresent(source -> put("source", source));
    put("candidate", report.candidate());
    putText();
    putQuality();
    putSpeed();
    put(root.putObject("sanity"), report.sanity());
    putVerdict();
    putMaking();
    return root;
  }

  private void put(String key, ModelFacts model) {
    ObjectNode node = root.putObject(key);
    node.put("name", model.name());
    node.put("bytes", model.bytes());
    node.put("weights", model.weights());
    put(node, "bits_per_weight", model.bitsPerWeight());
  }

  private void putText() {
    TextFacts text = report.text();
    ObjectNode node = root.putObject("text");
    node.put("name", text.name());
    node.put("bytes", text.bytes());
    node.put("sha256", text.sha256());
    node.put("tokens", text.tokens());
    node.put("scored", text.cut().scored());
    root.put("context", text.context());
    root.put("chunks", text.chunks());
    root.put("positions", report.quality().positions());
  }

  private void putQuality() {
    put(root, "perplexity", report.quality().perplexity());
    if (report.quality() instanceof Quality.Against against) {
      put(root, "base_perplexity", against.basePerplexity());
      put(root, "perplexity_ratio", against.ratio());
      put(root, "log_perplexity_ratio", against.logRatio());
      put(against.divergence());
      put(root, "top1", against.sameTop());
      ObjectNode shift = root.putObject("dp");
      put(shift, "mean", against.shift().mean().value());
      put(shift, "error", against.shift().mean().error());
      put(shift, "rms", against.shift().rootMeanSquare().value());
      put(shift, "rms_error", against.shift().rootMeanSquare().error());
      against.detail().ifPresent(detail -> DetailJson.put(root, detail));
    }
    root.put("finite", report.quality().finite());
    root.put("non_finite_positions", report.quality().nonFinite());
  }

  private void put(Quality.Divergence divergence) {
    ObjectNode node = root.putObject("kld");
    put(node, "mean", divergence.mean().value());
    put(node, "error", divergence.mean().error());
    put(node, "median", divergence.median());
    put(node, "p90", divergence.p90());
    put(node, "p95", divergence.p95());
    put(node, "p99", divergence.p99());
    put(node, "p999", divergence.p999());
    put(node, "max", divergence.max());
  }

  private void putSpeed() {
    report
        .speed()
        .ifPresent(
            speed -> {
              ObjectNode node = root.putObject("speed");
              put(node, "prefill", speed.prefill());
              put(node, "generate", speed.generate());
              node.put("prefill_tokens", speed.prefillTokens());
              node.put("generated_tokens", speed.generatedTokens());
              node.put("arithmetic", speed.arithmetic());
            });
  }

  private void putVerdict() {
    ObjectNode verdict = root.putObject("verdict");
    verdict.put("passed", report.verdict().passed());
    ArrayNode gates = verdict.putArray("gates");
    for (Verdict.Outcome outcome : report.verdict().outcomes()) {
      ObjectNode node = gates.addObject();
      node.put("gate", outcome.gate().toString());
      node.put("metric", outcome.gate().metric().label());
      put(node, "value", outcome.value());
      node.put("limit", outcome.gate().limit());
      node.put("passed", outcome.passed());
    }
  }

  private void putMaking() {
    root.put("arithmetic", report.made().arithmetic());
    Machine machine = report.made().machine();
    ObjectNode node = root.putObject("machine");
    node.put("system", machine.system());
    node.put("architecture", machine.architecture());
    node.put("processors", machine.processors());
    node.put("threads", machine.threads());
    node.put("java", machine.java());
  }

  static void put(ObjectNode node, String key, Estimate estimate) {
    ObjectNode child = node.putObject(key);
    put(child, "value", estimate.value());
    put(child, "error", estimate.error());
  }

  static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key); // JSON has no NaN and no infinity
    }
  }
}
