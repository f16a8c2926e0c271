package dev.quern.verifier;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Reports on several candidates of one base as one JSON document.
public final class SideBySideJson {
  private SideBySideJson() {}

  /// The document, ending in a line feed.
  public static String of(List<Report> reports, List<Contest> contests) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", Report.SCHEMA);
    ArrayNode list = root.putArray("reports");
    reports.forEach(report -> list.add(JsonReport.tree(report)));
    ArrayNode pairs = root.putArray("contests");
    for (Contest contest : contests) {
      ObjectNode node = pairs.addObject();
      node.put("first", reports.get(contest.first()).candidate().name());
      node.put("second", reports.get(contest.second()).candidate().name());
      put(node.putObject("kld"), contest.divergence());
      put(node.putObject("log_perplexity_ratio"), contest.logRatio());
    }
    return JsonReport.text(root);
  }

  private static void put(ObjectNode node, Contest.Gap gap) {
    JsonReport.put(node, "difference", gap.value());
    DetailJson.put(node, "interval", gap.interval());
    JsonReport.put(node, "p", gap.significance());
    node.put("significant", gap.isSignificant());
  }
}
