package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.tokenizer.BpeModel.Merge;
import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The model of a `tokenizer.json`, when it is byte pair encoding.
///
/// @param ids the tokens and their ids, in the order of the file
/// @param merges the pairs that become one, in their order
/// @param ignoreMerges whether a word that is a token becomes it without merging
record BpeVocabulary(Map<String, Integer> ids, List<Merge> merges, boolean ignoreMerges) {
  BpeVocabulary {
    merges = List.copyOf(merges);
  }

  /// Reads the model of `json`.
  ///
  /// @throws MalformedFileException if it is of another kind, or its tokens contradict each other
  static BpeVocabulary of(TokenizerJson json) {
    return new Reader(json).read();
  }

  /// Reads a model.
  private static final class Reader {
    private final TokenizerJson json;
    private final JsonFile file;
    private final JsonNode model;

    Reader(TokenizerJson json) {
      this.json = json;
      this.file = json.file();
      this.model = json.model();
    }

    BpeVocabulary read() {
      JsonNode type = model.path("type");
      if (!JsonFile.isMissing(type) && !file.text(type, "model.type").equals("BPE")) {
        throw file.malformed("model.type is \"" + type.asText() + "\", known is \"BPE\"");
      }
      for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
        JsonNode value = model.path(affix);
        if (!JsonFile.isMissing(value) && !file.text(value, "model." + affix).isEmpty()) {
          throw file.malformed(
              "model." + affix + " is \"" + value.asText() + "\", which GGUF cannot express");
        }
      }
      boolean ignoreMerges = file.flag(model.path("ignore_merges"), "model.ignore_merges", false);
      Map<String, Integer> ids = ids();
      checkAddedTokens(ids);
      return new BpeVocabulary(ids, merges(), ignoreMerges);
    }

    private Map<String, Integer> ids() {
      JsonNode vocab = file.object(model.path("vocab"), "model.vocab");
      Map<String, Integer> ids = new LinkedHashMap<>();
      Map<Integer, String> taken = new HashMap<>();
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        String place = "model.vocab[\"" + entry.getKey() + "\"]";
        int id = file.id(entry.getValue(), place);
        String other = taken.put(id, entry.getKey());
        if (other != null) {
          throw file.malformed(place + " is " + id + ", which \"" + other + "\" has too");
        }
        ids.put(entry.getKey(), id);
      }
      if (ids.isEmpty()) {
        throw file.malformed("model.vocab is empty");
      }
      return ids;
    }

    private void checkAddedTokens(Map<String, Integer> ids) {
      Map<Integer, String> taken = new HashMap<>();
      ids.forEach((text, id) -> taken.put(id, text));
      for (AddedToken token : json.addedTokens()) {
        String place = "added token \"" + token.content() + "\" has id " + token.id();
        Integer inModel = ids.get(token.content());
        if (inModel != null && inModel != token.id()) {
          throw file.malformed(place + ", but model.vocab gives it " + inModel);
        }
        String other = taken.put(token.id(), token.content());
        if (other != null && !other.equals(token.content())) {
          throw file.malformed(place + ", which \"" + other + "\" has too");
        }
      }
    }

    private List<Merge> merges() {
      List<Merge> merges = new ArrayList<>();
      for (JsonNode merge : file.array(model.path("merges"), "model.merges")) {
        merges.add(merge(merge, "model.merges[" + merges.size() + "]"));
      }
      return merges;
    }

    private Merge merge(JsonNode merge, String place) {
      if (merge.isArray()) {
        if (merge.size() != 2) {
          throw file.malformed(place + " has " + merge.size() + " texts, wanted 2");
        }
        return new Merge(file.text(merge.path(0), place), file.text(merge.path(1), place));
      }
      String text = file.text(merge, place);
      int space = text.indexOf(' ');
      if (space <= 0 || space == text.length() - 1 || text.indexOf(' ', space + 1) >= 0) {
        throw file.malformed(place + " is \"" + text + "\", wanted two texts and a space");
      }
      return new Merge(text.substring(0, space), text.substring(space + 1));
    }
  }
}
