package dev.quern.formats.tokenizer;

import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The added tokens of a folder as its tokenizer has them once it is loaded: those of
/// `tokenizer.json`, then those that only `tokenizer_config.json` or `added_tokens.json` lists,
/// then named tokens that are not among them. A new one gets its id in the model, or the next free
/// id.
///
/// @param byContent the tokens in the order in which they came
/// @param special the texts that are named or listed as special
record AddedTokens(Map<String, AddedToken> byContent, Set<String> special) {
  static AddedTokens of(
      Path folder,
      TokenizerJson json,
      Map<String, Integer> model,
      Optional<TokenizerConfig> config) {
    return new Collector(model, json).collect(folder, config);
  }

  /// Puts the tokens together.
  private static final class Collector {
    private final Map<String, Integer> model;
    private final Map<String, AddedToken> tokens = new LinkedHashMap<>();
    private final Set<String> special = new LinkedHashSet<>();

    Collector(Map<String, Integer> model, TokenizerJson json) {
      this.model = model;
      json.addedTokens().forEach(token -> tokens.put(token.content(), token));
    }

    AddedTokens collect(Path folder, Optional<TokenizerConfig> config) {
      config.ifPresent(file -> special.addAll(file.tokens().values()));
      config.ifPresent(file -> special.addAll(file.extraSpecial()));
      boolean listed = config.isPresent() && !config.get().addedTokens().isEmpty();
      if (listed) {
        config.get().addedTokens().values().forEach(token -> add(token.content(), token.special()));
      } else {
        special.addAll(TokenizerConfig.readSpecialTokensMap(folder).values());
        for (String content : TokenizerConfig.readAddedTokens(folder).keySet()) {
          if (!tokens.containsKey(content)) {
            add(content, special.contains(content));
          }
        }
      }
      for (String content : special) {
        if (!tokens.containsKey(content)) {
          add(content, true);
        }
      }
      return new AddedTokens(tokens, special);
    }

    private void add(String content, boolean isSpecial) {
      AddedToken before = tokens.get(content);
      Integer id = before == null ? model.get(content) : Integer.valueOf(before.id());
      tokens.put(content, new AddedToken(id == null ? nextId() : id, content, isSpecial));
    }

    /// As many as there are tokens: the ids of a tokenizer have no gaps, or are not reused.
    private int nextId() {
      Set<Integer> ids = new HashSet<>(model.values());
      tokens.values().forEach(token -> ids.add(token.id()));
      int next = ids.size();
      while (ids.contains(next)) {
        next++;
      }
      return next;
    }
  }
}
