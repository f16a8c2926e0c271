package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The tokens of a `tokenizer.json` whose model is WordPiece. GGUF marks the tokens that begin a
/// word, not those that go on.
record WordPieceVocabulary(TokenTable table) {
  private static final String GOES_ON = "##";

  static WordPieceVocabulary read(
      Path folder, TokenizerJson file, Optional<TokenizerConfig> config, long vocabSize) {
    JsonFile json = file.file();
    JsonNode vocab = json.object(file.model().path("vocab"), "model.vocab");
    Map<String, Integer> ids = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      ids.put(entry.getKey(), json.id(entry.getValue(), "model.vocab[\"" + entry.getKey() + "\"]"));
    }
    TokenTable table = new TokenTable(VocabularySize.check(folder, vocabSize, ids.size()), 0);
    ids.forEach(
        (text, id) -> {
          file.checkRoom(text, id, table.size());
          table.set(id, phantom(text), TokenType.NORMAL, 0);
        });
    for (AddedToken token : AddedTokens.of(folder, file, ids, config).byContent().values()) {
      file.checkRoom(token.content(), token.id(), table.size());
      boolean control = token.special() || TokenTable.looksSpecial(token.content());
      table.set(
          token.id(),
          control ? token.content() : phantom(token.content()),
          control ? TokenType.CONTROL : TokenType.USER_DEFINED,
          0);
    }
    for (int id = 0; id < table.size(); id++) {
      if (table.type(id) == TokenType.UNUSED) {
        table.set(id, phantom(table.text(id)), TokenType.UNUSED, 0);
      }
    }
    return new WordPieceVocabulary(table);
  }

  private static String phantom(String text) {
    return text.startsWith(GOES_ON) ? text.substring(GOES_ON.length()) : '▁' + text;
  }

  void addTo(Map<String, MetadataValue> metadata) {
    TokenTable.putNames(metadata, "bert", "jina-v2-en");
    table.addTo(metadata, false);
  }
}
