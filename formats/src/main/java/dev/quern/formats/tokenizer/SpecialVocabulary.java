package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which tokens have a special meaning, and which of them are added to a text: from the
/// post-processor of `tokenizer.json`, then `tokenizer_config.json`, then `config.json`.
final class SpecialVocabulary {
  private static final String PREFIX = VocabularyReader.PREFIX;

  /// What GGUF calls the special tokens that it has keys for.
  private static final Map<String, String> KEYS =
      Map.of(
          "bos",
          "bos",
          "eos",
          "eos",
          "unk",
          "unknown",
          "sep",
          "seperator",
          "pad",
          "padding",
          "mask",
          "mask",
          "eot",
          "eot",
          "eom",
          "eom");

  private final Path folder;
  private final Optional<TokenizerJson> json;
  private final Optional<TokenizerConfig> config;
  private final List<String> kinds;
  private final int size;
  private final List<String> warnings;

  private final Map<String, String> tokens = new LinkedHashMap<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<String, Boolean> added = new LinkedHashMap<>();

  /// The special tokens of `folder`.
  ///
  /// @param kinds which special tokens are looked for
  /// @param size the size of the vocabulary
  SpecialVocabulary(
      Path folder,
      Optional<TokenizerJson> json,
      Optional<TokenizerConfig> config,
      List<String> kinds,
      int size,
      List<String> warnings) {
    this.folder = folder;
    this.json = json;
    this.config = config;
    this.kinds = new ArrayList<>(kinds);
    this.size = size;
    this.warnings = warnings;
    config.ifPresent(file -> tokens.putAll(file.tokens()));
  }

  /// Finds the tokens.
  SpecialVocabulary read() {
    json.ifPresent(this::readPostProcessor);
    config.ifPresent(this::readConfig);
    JsonFile.readIfThere(folder.resolve("config.json")).ifPresent(this::readModelConfig);
    return this;
  }

  /// Whether a special token has an id.
  boolean hasIds() {
    return !ids.isEmpty();
  }

  /// Gives a special token its id, unless it has one.
  void set(String kind, int id) {
    if (id >= size) {
      warnings.add(
          "the special token \""
              + kind
              + "\" has id "
              + id
              + ", but there are "
              + size
              + " tokens: left out");
    } else {
      ids.putIfAbsent(kind, id);
    }
  }

  /// Adds the keys to `metadata`, those of the templates too.
  void addTo(Map<String, MetadataValue> metadata) {
    ids.forEach(
        (kind, id) -> {
          if (KEYS.containsKey(kind)) {
            metadata.put(PREFIX + KEYS.get(kind) + "_token_id", new Uint32(id));
          }
        });
    for (String kind : List.copyOf(added.keySet())) {
      if (kind.equals("bos") || kind.equals("eos") || kind.equals("sep")) {
        metadata.put(PREFIX + "add_" + kind + "_token", new Bool(added.getOrDefault(kind, false)));
      }
    }
    config.ifPresent(
        file -> ChatTemplates.read(folder, file.chatTemplate(), warnings).addTo(metadata));
    json.ifPresent(file -> addNormalizer(file, metadata));
  }

  private static void addNormalizer(TokenizerJson file, Map<String, MetadataValue> metadata) {
    Map<String, Boolean> flags = new LinkedHashMap<>();
    for (JsonNode step : file.steps(file.normalizer(), "normalizer", "normalizers")) {
      switch (step.path("type").asText()) {
        case "NFC" -> flags.put("nfc", true);
        case "Lowercase" -> flags.put("lowercase", true);
        case "StripAccents" -> flags.put("strip_accents", true);
        case "BertNormalizer" -> {
          putFlag(step, "lowercase", flags);
          putFlag(step, "strip_accents", flags);
        }
        default -> {}
      }
    }
    for (String name : List.of("nfc", "lowercase", "strip_accents")) {
      if (flags.containsKey(name)) {
        metadata.put(PREFIX + "normalizer." + name, new Bool(flags.getOrDefault(name, true)));
      }
    }
  }

  private static void putFlag(JsonNode step, String name, Map<String, Boolean> flags) {
    if (step.path(name).isBoolean()) {
      flags.put(name, step.path(name).asBoolean());
    }
  }

  private void readPostProcessor(TokenizerJson file) {
    tokens.computeIfAbsent("bos", _ -> tokens.get("cls"));
    tokens.computeIfAbsent("eos", _ -> tokens.get("sep"));
    for (JsonNode step : file.steps(file.postProcessor(), "post_processor", "processors")) {
      switch (step.path("type").asText()) {
        case "ByteLevel" -> {
          added.putIfAbsent("bos", false);
          added.putIfAbsent("eos", false);
        }
        case "RobertaProcessing" -> {
          added.put("bos", true);
          added.put("eos", true);
          added.put("sep", true);
        }
        case "TemplateProcessing" -> readTemplate(step);
        default -> {}
      }
    }
  }

  private void readTemplate(JsonNode template) {
    JsonNode single = template.path("single");
    @Nullable String first = null;
    @Nullable String last = null;
    if (single.size() > 1) {
      first = specialToken(single.path(0));
      last = specialToken(single.path(single.size() - 1));
      if (first != null) {
        readFirst(first);
      }
      if (last != null) {
        readLast(last);
      }
    }
    readPair(template.path("pair"), first, last);
  }

  private static @Nullable String specialToken(JsonNode part) {
    String id = part.path("SpecialToken").path("id").asText("");
    return id.isEmpty() ? null : id;
  }

  private void readFirst(String first) {
    if (config.isEmpty()) {
      tokens.put("bos", first);
    }
    if (!first.equals(tokens.get("bos")) && !first.equals(tokens.get("cls"))) {
      tokens.putIfAbsent("bos", first);
      tokens.putIfAbsent("cls", first);
    }
    added.put("bos", first.equals(tokens.get("bos")) || first.equals(tokens.get("cls")));
  }

  private void readLast(String last) {
    String eos = tokens.get("eos");
    if (config.isPresent() && !last.equals(eos)) {
      String other = kinds.contains("eot") ? "eom" : "eot";
      if (!kinds.contains(other)) {
        kinds.add(other);
        if (eos != null) {
          tokens.put(other, eos);
        }
      }
    }
    tokens.put("eos", last);
    added.put("eos", true);
  }

  /// `A sep B`, perhaps with two separators, between what a single text has before and after.
  private void readPair(JsonNode pair, @Nullable String first, @Nullable String last) {
    int from = first != null && first.equals(specialToken(pair.path(0))) ? 1 : 0;
    int to = pair.size();
    if (last != null && to > 0 && last.equals(specialToken(pair.path(to - 1)))) {
      to--;
    }
    if (to - from < 3
        || !pair.path(from).path("Sequence").path("id").asText().equals("A")
        || !pair.path(to - 1).path("Sequence").path("id").asText().equals("B")) {
      return;
    }
    boolean add = isSeparator(pair.path(from + 1)) && last == null;
    add |= to - from == 4 && isSeparator(pair.path(from + 2));
    added.put("sep", add);
    if (add && config.isPresent()) {
      tokens.computeIfAbsent("sep", _ -> tokens.get("eos"));
    }
  }

  private boolean isSeparator(JsonNode part) {
    String token = specialToken(part);
    return token != null && (token.equals(tokens.get("sep")) || token.equals(tokens.get("eos")));
  }

  private void readConfig(TokenizerConfig file) {
    for (String kind : kinds) {
      Boolean add = file.addFlags().get(kind);
      Boolean before = add == null ? null : added.putIfAbsent(kind, add);
      if (before != null && !before.equals(add)) {
        warnings.add(
            "tokenizer_config.json has add_"
                + kind
                + "_token "
                + add
                + ", the post-processor of tokenizer.json says "
                + before
                + ", which is taken");
      }
      String token = tokens.get(kind);
      if (token != null) {
        json.flatMap(tokenizer -> tokenizer.addedId(token)).ifPresent(id -> set(kind, id));
      }
    }
  }

  private void readModelConfig(JsonFile file) {
    for (String kind : kinds) {
      JsonNode id = file.root().path(kind + "_token_id");
      if (JsonFile.isMissing(id)) {
        id = file.root().path("text_config").path(kind + "_token_id");
      }
      if (id.isIntegralNumber()) {
        checkId(file, kind, id);
        set(kind, id.asInt());
      }
    }
  }

  private static void checkId(JsonFile file, String kind, JsonNode id) {
    if (!id.canConvertToInt() || id.asInt() < 0) {
      throw new MalformedFileException(
          file.path(), kind + "_token_id is " + id.asText() + ", wanted a token id");
    }
  }
}
