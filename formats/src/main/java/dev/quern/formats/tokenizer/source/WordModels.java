package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.IntList;
import java.util.Map;

/// Makes the models that `tokenizer.json` knows.
final class WordModels {
  private WordModels() {}

  /// The model that `model` of `file` describes. An old file does not name it: its members do.
  static WordModel of(JsonFile file, JsonNode model) {
    JsonNode type = model.path("type");
    String name = JsonFile.isMissing(type) ? guess(model) : file.text(type, "model.type");
    return switch (name) {
      case "BPE" -> BpeWords.of(file, model);
      case "Unigram" -> UnigramWords.of(file, model);
      case "WordPiece" -> WordPieceWords.of(file, model);
      case "WordLevel" -> wordLevel(file, model);
      default -> throw file.malformed("the model " + name + " is not known");
    };
  }

  private static String guess(JsonNode model) {
    if (model.has("merges")) {
      return "BPE";
    }
    if (model.path("vocab").isArray()) {
      return "Unigram";
    }
    return model.has("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
  }

  private static WordModel wordLevel(JsonFile file, JsonNode model) {
    Map<String, Integer> vocabulary = JsonVocabulary.read(file, model);
    String unknown = file.text(model.path("unk_token"), "model.unk_token");
    return new WordLevel(vocabulary, vocabulary.getOrDefault(unknown, -1));
  }

  /// Every word is a token, or unknown.
  private record WordLevel(Map<String, Integer> vocabulary, int unknown) implements WordModel {
    @Override
    public void encode(String word, IntList out) {
      int id = vocabulary.getOrDefault(word, unknown);
      if (id < 0) {
        throw new IllegalArgumentException(
            "the word \"" + word + "\" is no token, and there is no unknown one");
      }
      out.add(id);
    }

    @Override
    public int id(String text) {
      return vocabulary.getOrDefault(text, -1);
    }

    @Override
    public int size() {
      return vocabulary.size();
    }
  }
}
