package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A `tokenizer.json`: the tokens that are cut out of text first, the model, and the steps around
/// it, which stay JSON: what they mean is for those who ask.
final class TokenizerJson {
  private final JsonFile file;
  private final List<AddedToken> addedTokens;

  private TokenizerJson(JsonFile file, List<AddedToken> addedTokens) {
    this.file = file;
    this.addedTokens = List.copyOf(addedTokens);
  }

  /// A token that is cut out of text before the model sees it.
  record AddedToken(int id, String content, boolean special) {}

  /// Reads `tokenizer.json` in `folder`, if there is one.
  ///
  /// @throws MalformedFileException if it is not one
  static Optional<TokenizerJson> readIfThere(Path folder) {
    return JsonFile.readIfThere(folder.resolve("tokenizer.json")).map(TokenizerJson::of);
  }

  /// The tokenizer that `file` describes.
  static TokenizerJson of(JsonFile file) {
    return new TokenizerJson(file, readAddedTokens(file));
  }

  private static List<AddedToken> readAddedTokens(JsonFile file) {
    List<AddedToken> tokens = new ArrayList<>();
    JsonNode added = file.root().path("added_tokens");
    if (JsonFile.isMissing(added)) {
      return tokens;
    }
    for (JsonNode token : file.array(added, "added_tokens")) {
      String place = "added_tokens[" + tokens.size() + "]";
      String content = file.text(file.object(token, place).path("content"), place + ".content");
      int id = file.id(token.path("id"), place + ".id");
      boolean special = file.flag(token.path("special"), place + ".special", false);
      tokens.add(new AddedToken(id, content, special));
    }
    return tokens;
  }

  JsonFile file() {
    return file;
  }

  /// The added tokens, in the order of the file.
  List<AddedToken> addedTokens() {
    return addedTokens;
  }

  /// The id of the added token with this content.
  Optional<Integer> addedId(String content) {
    return addedTokens.stream()
        .filter(token -> token.content.equals(content))
        .findFirst()
        .map(AddedToken::id);
  }

  /// Refuses a token whose id is not below `size`.
  void checkRoom(String text, int id, int size) {
    if (id >= size) {
      throw file.malformed(
          "the token \""
              + text
              + "\" has id "
              + id
              + ", but there is room for "
              + size
              + " (vocab_size of config.json)");
    }
  }

  JsonNode model() {
    return file.object(file.root().path("model"), "model");
  }

  JsonNode preTokenizer() {
    return file.root().path("pre_tokenizer");
  }

  JsonNode normalizer() {
    return file.root().path("normalizer");
  }

  JsonNode postProcessor() {
    return file.root().path("post_processor");
  }

  JsonNode decoder() {
    return file.root().path("decoder");
  }

  /// The steps of a part that is one step or a `Sequence` of them; none if there is no such part.
  List<JsonNode> steps(JsonNode part, String place, String listName) {
    List<JsonNode> steps = new ArrayList<>();
    if (JsonFile.isMissing(part)) {
      return steps;
    }
    String type = file.text(file.object(part, place).path("type"), place + ".type");
    if (!type.equals("Sequence")) {
      steps.add(part);
      return steps;
    }
    int index = 0;
    for (JsonNode step : file.array(part.path(listName), place + "." + listName)) {
      steps.addAll(steps(step, place + "." + listName + "[" + index++ + "]", listName));
    }
    return steps;
  }
}
