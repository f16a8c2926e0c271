package dev.quern.formats.tokenfiles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.ByteLevel;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Mistral's `tekken.json`: ranks of tokens with their bytes in base 64, the regex that cuts words,
/// and special tokens, which have the first ids.
final class Tekken {
  /// The special tokens of files that do not list them; the rest up to their number have no names.
  private static final List<String> SPECIAL =
      List.of(
          "<unk>",
          "<s>",
          "</s>",
          "[INST]",
          "[/INST]",
          "[AVAILABLE_TOOLS]",
          "[/AVAILABLE_TOOLS]",
          "[TOOL_RESULTS]",
          "[/TOOL_RESULTS]",
          "[TOOL_CALLS]",
          "[IMG]",
          "<pad>",
          "[IMG_BREAK]",
          "[IMG_END]",
          "[PREFIX]",
          "[MIDDLE]",
          "[SUFFIX]",
          "[SYSTEM_PROMPT]",
          "[/SYSTEM_PROMPT]",
          "[TOOL_CONTENT]");

  private final JsonFile file;
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  private Tekken(JsonFile file) {
    this.file = file;
  }

  static JsonFile read(Path path) {
    return new Tekken(JsonFile.readIfThere(path).orElseThrow()).pipeline();
  }

  private int count(String name) {
    return file.id(file.root().path("config").path(name), "config." + name);
  }

  private JsonFile pipeline() {
    int specials = count("default_num_special_tokens");
    int size = count("default_vocab_size") - specials;
    JsonNode vocab = file.array(file.root().path("vocab"), "vocab");
    if (size < 256 || size > vocab.size()) {
      throw file.malformed(
          "config asks for %d tokens, but vocab has %d".formatted(size, vocab.size()));
    }
    for (int rank = 0; rank < size; rank++) {
      add(vocab.path(rank), rank, specials);
    }
    List<TiktokenRanks.Merge> merges = TiktokenRanks.everyWay(ids);
    for (int id = 0; id < specials; id++) {
      ids.put(special(id), id);
    }
    PipelineBuilder pipeline = new PipelineBuilder().bytePairs(ids, merges);
    JsonNode pattern = file.root().path("config").path("pattern");
    pipeline.byteLevel(file.text(pattern, "config.pattern"), false).ignoreMerges();
    for (int id = 0; id < specials; id++) {
      pipeline.added(id, special(id), true);
    }
    return JsonFile.of(file.path(), pipeline.begin(1, special(1)).build());
  }

  private void add(JsonNode token, int rank, int specials) {
    String place = "vocab[" + rank + "]";
    if (file.id(token.path("rank"), place + ".rank") != rank) {
      throw file.malformed(place + " has rank " + token.path("rank").asText());
    }
    StringBuilder text = new StringBuilder();
    try {
      String bytes = file.text(token.path("token_bytes"), place + ".token_bytes");
      for (byte one : Base64.getDecoder().decode(bytes)) {
        text.append(ByteLevel.character(one & 0xff));
      }
    } catch (IllegalArgumentException e) {
      throw file.malformed(place + ".token_bytes is no base 64: " + e.getMessage());
    }
    if (ids.put(text.toString(), rank + specials) != null) {
      throw file.malformed(place + " has the bytes of an earlier token");
    }
  }

  private String special(int id) {
    JsonNode list = file.root().path("special_tokens");
    for (JsonNode token : list) {
      if (token.path("rank").asInt(-1) == id) {
        return file.text(token.path("token_str"), "special_tokens.token_str");
      }
    }
    return id < SPECIAL.size() && JsonFile.isMissing(list)
        ? SPECIAL.get(id)
        : "<SPECIAL_" + id + ">";
  }
}
