package dev.quern.formats.architecture;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The ids of special tokens in a tokenizer's metadata, where a family knows them by their text.
final class SpecialTokens {
  private static final String PREFIX = "tokenizer.ggml.";

  private final SequencedMap<String, MetadataValue> metadata;

  private SpecialTokens(SequencedMap<String, MetadataValue> metadata) {
    this.metadata = metadata;
  }

  static SpecialTokens of(SequencedMap<String, MetadataValue> metadata) {
    return new SpecialTokens(metadata);
  }

  /// Gives `key` the id of the token `text`, after the other ids, unless it has one or there is no
  /// such token.
  SpecialTokens name(String key, String text) {
    if (!metadata.containsKey(PREFIX + key)
        && metadata.get(PREFIX + "tokens") instanceof Array(_, List<MetadataValue> tokens)) {
      int id = tokens.indexOf(new Text(text));
      if (id >= 0) {
        insert(PREFIX + key, new Uint32(id));
      }
    }
    return this;
  }

  private void insert(String key, MetadataValue value) {
    List<String> keys = new ArrayList<>(metadata.keySet());
    int at = keys.indexOf(PREFIX + "merges");
    for (int i = 0; i < keys.size(); i++) {
      at = keys.get(i).endsWith("_token_id") ? i : at;
    }
    Map<String, MetadataValue> after = new LinkedHashMap<>();
    for (String later : keys.subList(at + 1, keys.size())) {
      MetadataValue moved = metadata.remove(later);
      if (moved != null) {
        after.put(later, moved);
      }
    }
    metadata.put(key, value);
    metadata.putAll(after);
  }
}
