package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.IntList;
import java.util.Map;

/// WordPiece: the longest token that begins the word, then the longest that goes on, marked by a
/// prefix; a word that cannot be written so is unknown as a whole.
///
/// @param unknown the id for such a word
/// @param prefix the mark of tokens that go on
/// @param longest a word of more characters is unknown
record WordPieceWords(Map<String, Integer> vocabulary, int unknown, String prefix, int longest)
    implements WordModel {
  static WordPieceWords of(JsonFile file, JsonNode model) {
    Map<String, Integer> vocabulary = JsonVocabulary.read(file, model);
    JsonNode unknown = model.path("unk_token");
    String token = JsonFile.isMissing(unknown) ? "[UNK]" : file.text(unknown, "model.unk_token");
    JsonNode prefix = model.path("continuing_subword_prefix");
    return new WordPieceWords(
        vocabulary,
        vocabulary.getOrDefault(token, -1),
        JsonFile.isMissing(prefix) ? "##" : file.text(prefix, "model.continuing_subword_prefix"),
        model.path("max_input_chars_per_word").asInt(100));
  }

  @Override
  public void encode(String word, IntList out) {
    IntList pieces = new IntList(8);
    if (word.codePointCount(0, word.length()) > longest || !cut(word, pieces)) {
      if (unknown < 0) {
        throw new IllegalArgumentException(
            "the word \"" + word + "\" cannot be written, and there is no unknown token");
      }
      out.add(unknown);
      return;
    }
    out.addAll(pieces.toArray());
  }

  private boolean cut(String word, IntList pieces) {
    int at = 0;
    while (at < word.length()) {
      int end = word.length();
      int id = -1;
      while (end > at) {
        String piece = word.substring(at, end);
        id = id(at == 0 ? piece : prefix + piece);
        if (id >= 0) {
          break;
        }
        end -= Character.charCount(word.codePointBefore(end));
      }
      if (id < 0) {
        return false;
      }
      pieces.add(id);
      at = end;
    }
    return true;
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
