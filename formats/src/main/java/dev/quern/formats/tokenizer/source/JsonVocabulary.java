package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import java.util.HashMap;
import java.util.Map;

/// The tokens of a model and their ids, `model.vocab`.
final class JsonVocabulary {
  private JsonVocabulary() {}

  static Map<String, Integer> read(JsonFile file, JsonNode model) {
    JsonNode vocab = file.object(model.path("vocab"), "model.vocab");
    Map<String, Integer> ids = HashMap.newHashMap(vocab.size());
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      String place = "model.vocab[\"" + entry.getKey() + "\"]";
      ids.put(entry.getKey(), file.id(entry.getValue(), place));
    }
    return ids;
  }
}
