package dev.quern.formats.tokenizer;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.BpeModel.Merge;
import dev.quern.formats.tokenizer.TokenizerJson.AddedToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The tokens of a `tokenizer.json` whose model is byte-level byte pair encoding.
///
/// @param preTokenizer how words are cut
/// @param table the tokens
/// @param merges the pairs that become one
record ByteLevelVocabulary(PreTokenizer preTokenizer, TokenTable table, List<Merge> merges) {
  private static final String PREFIX = VocabularyReader.PREFIX;
  private static final int TEXT = 8;

  static ByteLevelVocabulary read(
      Path folder,
      TokenizerJson file,
      Optional<TokenizerConfig> config,
      long vocabSize,
      Optional<String> forcedPre) {
    BpeVocabulary model = BpeVocabulary.of(file);
    PreTokenizer preTokenizer = preTokenizer(file, model, forcedPre);
    AddedTokens added = AddedTokens.of(folder, file, model.ids(), config);
    int size = VocabularySize.check(folder, vocabSize, model.ids().size());
    TokenTable table = new TokenTable(size, 0);
    model
        .ids()
        .forEach(
            (text, id) -> {
              file.checkRoom(text, id, table.size());
              table.set(id, text, TokenType.NORMAL, 0);
            });
    for (AddedToken token : added.byContent().values()) {
      file.checkRoom(token.content(), token.id(), table.size());
      boolean control = token.special() || TokenTable.looksSpecial(token.content());
      table.set(
          token.id(),
          control ? token.content() : token.content().replace('▁', ' '),
          control ? TokenType.CONTROL : TokenType.USER_DEFINED,
          0);
    }
    return new ByteLevelVocabulary(preTokenizer, table, model.merges());
  }

  private static PreTokenizer preTokenizer(
      TokenizerJson file, BpeVocabulary model, Optional<String> forcedPre) {
    if (forcedPre.isEmpty()) {
      Set<String> added =
          file.addedTokens().stream().map(AddedToken::content).collect(Collectors.toSet());
      return PreTokenizerRecognizer.recognize(
          file, model.ignoreMerges(), MergeClosure.reachesEveryToken(model, added));
    }
    return PreTokenizers.named(forcedPre.get())
        .map(entry -> entry.named(forcedPre.get()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no pre-tokenizer is called "
                        + forcedPre.get()
                        + ", known are "
                        + String.join(
                            ", ", PreTokenizers.all().stream().map(PreTokenizer::name).toList())));
  }

  int size() {
    return table.size();
  }

  /// Adds the tokens.
  void addTo(Map<String, MetadataValue> metadata) {
    TokenTable.putNames(metadata, "gpt2", preTokenizer.name());
    table.addTo(metadata, false);
  }

  /// Adds `pairs` as the merges.
  void addMergesTo(Map<String, MetadataValue> metadata, List<Merge> pairs, List<String> warnings) {
    if (pairs.isEmpty()) {
      warnings.add("tokenizer.json has no merges: every byte is a token");
      return;
    }
    List<MetadataValue> texts = new ArrayList<>(pairs.size());
    for (Merge merge : pairs) {
      texts.add(new Text(merge.left().replace(' ', 'Ġ') + " " + merge.right().replace(' ', 'Ġ')));
    }
    metadata.put(PREFIX + "merges", new Array(TEXT, texts));
  }

  /// Says that no beginning is added where nothing says that one is, and the name of the
  /// pre-tokenizer would.
  void finish(Map<String, MetadataValue> metadata) {
    if (preTokenizer.addBos()) {
      metadata.putIfAbsent(PREFIX + "add_bos_token", new Bool(false));
    }
  }
}
