package dev.quern.formats.tokenfiles;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Writes a `tokenizer.json`.
final class PipelineBuilder {
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final ArrayNode added = root.putArray("added_tokens");
  private final ArrayNode before = JsonNodeFactory.instance.arrayNode();
  private final ObjectNode special = JsonNodeFactory.instance.objectNode();

  /// The pipeline.
  ObjectNode build() {
    if (!before.isEmpty()) {
      ObjectNode post = root.putObject("post_processor").put("type", "TemplateProcessing");
      before.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      post.set("single", before);
      post.putArray("pair");
      post.set("special_tokens", special);
    }
    return root;
  }

  /// A token that is cut out of the text.
  PipelineBuilder added(int id, String content, boolean isSpecial) {
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", isSpecial);
    return this;
  }

  /// A token that comes before the text.
  PipelineBuilder begin(int id, String content) {
    before.addObject().putObject("SpecialToken").put("id", content).put("type_id", 0);
    special.putObject(content).put("id", content).putArray("ids").add(id);
    return this;
  }

  /// Byte-level words cut by `regex`, or by GPT-2's if it is empty.
  PipelineBuilder byteLevel(String regex, boolean prefixSpace) {
    ObjectNode bytes = root.objectNode();
    bytes.put("type", "ByteLevel").put("add_prefix_space", prefixSpace);
    bytes.put("trim_offsets", false).put("use_regex", regex.isEmpty());
    root.putObject("decoder").put("type", "ByteLevel");
    if (regex.isEmpty()) {
      root.set("pre_tokenizer", bytes);
      return this;
    }
    ObjectNode sequence = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split").put("behavior", "Isolated");
    split.put("invert", false).putObject("pattern").put("Regex", regex);
    steps.add(bytes);
    return this;
  }

  /// A normalizer of one kind.
  ObjectNode normalizer(String type) {
    return root.putObject("normalizer").put("type", type);
  }

  /// A pre-tokenizer of one kind.
  PipelineBuilder preTokenizer(String type) {
    root.putObject("pre_tokenizer").put("type", type);
    return this;
  }

  /// A model of byte pairs.
  PipelineBuilder bytePairs(Map<String, Integer> ids, List<TiktokenRanks.Merge> merges) {
    ObjectNode model = root.putObject("model").put("type", "BPE");
    ObjectNode vocab = model.putObject("vocab");
    ids.forEach(vocab::put);
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(merge -> pairs.addArray().add(merge.left()).add(merge.right()));
    return this;
  }

  /// A word piece model.
  PipelineBuilder wordPieces(Map<String, Integer> ids, String unknown) {
    ObjectNode model = root.putObject("model").put("type", "WordPiece");
    model.put("unk_token", unknown).put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", 100);
    ObjectNode vocab = model.putObject("vocab");
    ids.forEach(vocab::put);
    return this;
  }

  /// Says that a word that is a token becomes it without merging.
  PipelineBuilder ignoreMerges() {
    root.withObject("/model").put("ignore_merges", true);
    return this;
  }
}
