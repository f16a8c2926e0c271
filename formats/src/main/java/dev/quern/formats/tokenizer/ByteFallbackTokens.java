package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tokens of a `tokenizer.json` whose model writes characters without token as byte tokens, as
/// SentencePiece does.
///
/// @param tokenizerClass what the folder calls its tokenizer
record ByteFallbackTokens(
    TokenizerJson file, BpeVocabulary model, AddedTokens added, String tokenizerClass) {
  /// The score of what no merge makes.
  private static final float LAST = -1000;

  /// How many tokens there are.
  int count() {
    int base = model.ids().size();
    return base
        + (int) added.byContent().values().stream().filter(token -> token.id() >= base).count();
  }

  /// The tokens, in a table of `size`. Scores are minus the place of a token's merge, so that
  /// merging by score is merging in order.
  TokenTable table(int size) {
    TokenTable table = new TokenTable(size, LAST);
    Map<String, Integer> ranks = new HashMap<>();
    model.merges().forEach(merge -> ranks.putIfAbsent(merge.left() + merge.right(), ranks.size()));
    model
        .ids()
        .forEach(
            (text, id) -> {
              file.checkRoom(text, id, size);
              Integer rank = ranks.get(text);
              table.set(id, text, type(text), rank == null ? LAST : -rank);
            });
    for (AddedToken token : added.byContent().values()) {
      if (token.id() >= model.ids().size()) {
        file.checkRoom(token.content(), token.id(), size);
        boolean special = isNamedSpecial(token.content());
        TokenType type = special ? TokenType.CONTROL : TokenType.USER_DEFINED;
        table.set(token.id(), token.content(), type, LAST);
      }
    }
    return table;
  }

  private TokenType type(String text) {
    if (text.matches("<0x[0-9A-Fa-f]{2}>")) {
      return TokenType.BYTE;
    }
    return isNamedSpecial(text) ? TokenType.CONTROL : TokenType.NORMAL;
  }

  /// Whether a token is special by its name; LLaMA's tokenizer class has three without being told.
  private boolean isNamedSpecial(String text) {
    return added.special().contains(text)
        || (tokenizerClass.contains("LlamaTokenizer")
            && List.of("<unk>", "<s>", "</s>").contains(text));
  }
}
