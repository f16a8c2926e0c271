package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.IntList;
import java.util.ArrayList;
import java.util.List;

/// The tokens that are put around a text.
///
/// @param before what comes before it
/// @param after what comes behind it
record PostProcessor(List<Integer> before, List<Integer> after) {
  PostProcessor {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /// The post-processor that `node` of `file` describes; one that adds nothing if there is none.
  static PostProcessor of(JsonFile file, JsonNode node) {
    PostProcessor nothing = new PostProcessor(List.of(), List.of());
    if (JsonFile.isMissing(node)) {
      return nothing;
    }
    String type = file.text(node.path("type"), "post_processor.type");
    return switch (type) {
      case "ByteLevel" -> nothing;
      case "TemplateProcessing" -> template(file, node);
      case "BertProcessing", "RobertaProcessing" ->
          new PostProcessor(
              List.of(file.id(node.path("cls").path(1), "post_processor.cls")),
              List.of(file.id(node.path("sep").path(1), "post_processor.sep")));
      case "Sequence" -> sequence(file, node);
      default -> throw file.malformed("the post-processor " + type + " is not known");
    };
  }

  private static PostProcessor sequence(JsonFile file, JsonNode node) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (JsonNode step : file.array(node.path("processors"), "post_processor.processors")) {
      PostProcessor one = of(file, step);
      before.addAll(0, one.before);
      after.addAll(one.after);
    }
    return new PostProcessor(before, after);
  }

  private static PostProcessor template(JsonFile file, JsonNode node) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    boolean text = false;
    for (JsonNode part : file.array(node.path("single"), "post_processor.single")) {
      if (part.has("Sequence")) {
        if (text) {
          throw file.malformed("post_processor.single has its text twice");
        }
        text = true;
        continue;
      }
      String name = file.text(part.path("SpecialToken").path("id"), "post_processor.single");
      JsonNode ids = node.path("special_tokens").path(name).path("ids");
      for (JsonNode id : file.array(ids, "post_processor.special_tokens[\"" + name + "\"].ids")) {
        (text ? after : before).add(file.id(id, "post_processor.special_tokens"));
      }
    }
    return new PostProcessor(before, after);
  }

  void addBefore(IntList out) {
    before.forEach(out::add);
  }

  void addAfter(IntList out) {
    after.forEach(out::add);
  }
}
