package dev.quern.formats.modelcard;

import dev.quern.formats.MetadataValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a model was made from: its base models, or the datasets it has seen.
///
/// Each entry of the card is a name (`mistralai/Mistral-7B-v0.1`), an address, or a mapping that
/// says it all.
///
/// @param prefix of the keys in a GGUF
/// @param cardKeys keys in a model card; the first that is there counts
record SourceList(String prefix, List<String> cardKeys) {
  static final SourceList BASE_MODELS =
      new SourceList(
          "general.base_model", List.of("base_model", "base_models", "base_model_sources"));
  static final SourceList DATASETS =
      new SourceList("general.dataset", List.of("datasets", "dataset", "dataset_sources"));

  /// More entries than any model has; each becomes several keys.
  static final int MOST_ENTRIES = 1000;

  private static final String HUB = "https://huggingface.co/";
  private static final Pattern HUB_ADDRESS =
      Pattern.compile("https?://huggingface.co/([^/]+/[^/]+)");
  private static final List<String> FIELDS =
      List.of(
          "name",
          "author",
          "version",
          "organization",
          "description",
          "url",
          "doi",
          "uuid",
          "repo_url");

  /// Adds what `card` lists to `out`: the number of entries, then the keys of each.
  ///
  /// @param totalParameters see [ModelId#parse]; sources are assumed to be about as large
  void write(CardYaml card, long totalParameters, KeyValues out, Consumer<String> warnings) {
    Optional<String> cardKey = cardKeys.stream().filter(card::has).findFirst();
    if (cardKey.isEmpty()) {
      return;
    }
    List<? extends @Nullable Object> entries = entries(card.value(cardKey.get()));
    if (entries.size() > MOST_ENTRIES) {
      String found = "README.md: `" + cardKey.get() + "` has " + entries.size() + " entries";
      warnings.accept(found + ", of which the first " + MOST_ENTRIES + " are kept");
      entries = entries.subList(0, MOST_ENTRIES);
    }
    out.put(prefix + ".count", new MetadataValue.Uint32(entries.size()));
    for (int i = 0; i < entries.size(); i++) {
      String where = "README.md: entry " + i + " of `" + cardKey.get() + "`";
      Map<?, ?> fields = fields(where, entries.get(i), totalParameters, warnings);
      for (String field : FIELDS) {
        String text = CardText.of(where + ", `" + field + "`,", fields.get(field), warnings);
        out.text(prefix + "." + i + "." + field, text);
      }
    }
  }

  private static List<? extends @Nullable Object> entries(@Nullable Object value) {
    return switch (value) {
      case String one -> List.of(one);
      case List<?> several -> several;
      case null, default -> List.of();
    };
  }

  private static Map<?, ?> fields(
      String where, @Nullable Object entry, long totalParameters, Consumer<String> warnings) {
    return switch (entry) {
      case String reference -> named(reference, totalParameters);
      case Map<?, ?> fields -> fields;
      case null, default -> {
        String found = CardText.describe(entry);
        warnings.accept(where + " is " + found + ", wanted a name or a mapping; left blank");
        yield Map.of();
      }
    };
  }

  private static Map<String, String> named(String reference, long totalParameters) {
    if (!reference.matches("(?s)(https?|ssh)://.*")) {
      ModelId id = ModelId.parse(reference, totalParameters);
      Map<String, String> fields = fields(id);
      if (id.organization() != null) {
        fields.put("repo_url", HUB + id.organization() + "/" + id.name());
      }
      return fields;
    }
    Matcher address = HUB_ADDRESS.matcher(reference);
    Map<String, String> fields =
        address.matches()
            ? fields(ModelId.parse(address.group(1), totalParameters))
            : new LinkedHashMap<>();
    fields.put("repo_url", reference);
    return fields;
  }

  private static Map<String, String> fields(ModelId id) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("name", Title.of(id.name()));
    if (id.organization() != null) {
      fields.put("organization", Title.of(id.organization()));
    }
    if (id.version() != null) {
      fields.put("version", id.version());
    }
    return fields;
  }
}
