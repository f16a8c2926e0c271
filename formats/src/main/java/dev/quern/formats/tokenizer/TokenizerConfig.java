package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What `tokenizer_config.json` says of tokens.
///
/// @param tokens the named tokens such as `bos_token`, by their name without `_token`
/// @param addFlags `add_bos_token` and its like, by the name between `add_` and `_token`
/// @param extraSpecial more tokens that are special
/// @param addedTokens `added_tokens_decoder`: id to token
/// @param addPrefixSpace `add_prefix_space`, if it is there
/// @param tokenizerClass `tokenizer_class`, if it is there
/// @param chatTemplate the member of that name, missing or not
record TokenizerConfig(
    Map<String, String> tokens,
    Map<String, Boolean> addFlags,
    Set<String> extraSpecial,
    Map<Integer, Added> addedTokens,
    Optional<Boolean> addPrefixSpace,
    Optional<String> tokenizerClass,
    JsonNode chatTemplate) {
  /// A token of `added_tokens_decoder`.
  record Added(String content, boolean special) {}

  /// Reads `tokenizer_config.json` in `folder`, if there is one.
  ///
  /// @throws MalformedFileException if it is malformed
  static Optional<TokenizerConfig> readIfThere(Path folder) {
    return JsonFile.readIfThere(folder.resolve("tokenizer_config.json"))
        .map(file -> new Reader(file).read());
  }

  /// The tokens of `added_tokens.json` in `folder` and their ids; empty without the file.
  ///
  /// @throws MalformedFileException if it is malformed
  static Map<String, Integer> readAddedTokens(Path folder) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    Optional<JsonFile> file = JsonFile.readIfThere(folder.resolve("added_tokens.json"));
    if (file.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : file.get().root().properties()) {
        tokens.put(entry.getKey(), file.get().id(entry.getValue(), '"' + entry.getKey() + '"'));
      }
    }
    return tokens;
  }

  /// The named tokens of `special_tokens_map.json` in `folder`; empty without the file.
  ///
  /// @throws MalformedFileException if it is malformed
  static Map<String, String> readSpecialTokensMap(Path folder) {
    return JsonFile.readIfThere(folder.resolve("special_tokens_map.json"))
        .map(file -> new Reader(file).tokens())
        .orElse(Map.of());
  }

  /// Reads a file.
  private static final class Reader {
    private final JsonFile file;
    private final JsonNode root;

    Reader(JsonFile file) {
      this.file = file;
      this.root = file.root();
    }

    TokenizerConfig read() {
      JsonNode type = root.path("tokenizer_class");
      JsonNode prefix = root.path("add_prefix_space");
      return new TokenizerConfig(
          tokens(),
          addFlags(),
          extraSpecial(),
          addedTokens(),
          JsonFile.isMissing(prefix)
              ? Optional.empty()
              : Optional.of(file.flag(prefix, "add_prefix_space", false)),
          JsonFile.isMissing(type)
              ? Optional.empty()
              : Optional.of(file.text(type, "tokenizer_class")),
          root.path("chat_template"));
    }

    /// A token is a string, or an object with its content; anything else names none.
    Map<String, String> tokens() {
      Map<String, String> tokens = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        JsonNode content =
            entry.getValue().isObject() ? entry.getValue().path("content") : entry.getValue();
        String name = entry.getKey();
        if (name.endsWith("_token") && !name.startsWith("add_") && content.isTextual()) {
          tokens.put(name.substring(0, name.length() - "_token".length()), content.asText());
        }
      }
      return tokens;
    }

    private Map<String, Boolean> addFlags() {
      Map<String, Boolean> flags = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        String name = entry.getKey();
        if (name.startsWith("add_") && name.endsWith("_token") && entry.getValue().isBoolean()) {
          flags.put(
              name.substring("add_".length(), name.length() - "_token".length()),
              entry.getValue().asBoolean());
        }
      }
      return flags;
    }

    private Set<String> extraSpecial() {
      Set<String> tokens = new LinkedHashSet<>();
      for (String name : new String[] {"additional_special_tokens", "extra_special_tokens"}) {
        for (JsonNode token : root.path(name)) {
          JsonNode content = token.isObject() ? token.path("content") : token;
          tokens.add(file.text(content, name + "[" + tokens.size() + "]"));
        }
      }
      return tokens;
    }

    private Map<Integer, Added> addedTokens() {
      Map<Integer, Added> tokens = new LinkedHashMap<>();
      JsonNode decoder = root.path("added_tokens_decoder");
      if (JsonFile.isMissing(decoder)) {
        return tokens;
      }
      for (Map.Entry<String, JsonNode> entry :
          file.object(decoder, "added_tokens_decoder").properties()) {
        String place = "added_tokens_decoder[\"" + entry.getKey() + "\"]";
        if (!entry.getKey().matches("[0-9]{1,9}")) {
          throw file.malformed(place + " is not named by a token id");
        }
        JsonNode token = file.object(entry.getValue(), place);
        tokens.put(
            Integer.valueOf(entry.getKey()),
            new Added(
                file.text(token.path("content"), place + ".content"),
                file.flag(token.path("special"), place + ".special", false)));
      }
      return tokens;
    }
  }
}
