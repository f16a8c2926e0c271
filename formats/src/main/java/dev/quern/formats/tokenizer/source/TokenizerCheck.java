package dev.quern.formats.tokenizer.source;

import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.formats.tokenizer.source.TokenizerDifference.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Holds what a GGUF makes of texts against what its source makes of them.
///
/// Texts are compared with the tokens that are put around them, and the texts of special tokens in
/// them become those tokens on both sides.
public final class TokenizerCheck {
  private static final int SHOWN = 8;
  private static final int AROUND = 40;
  private static final int MOST_TOKENS = 200;

  private final SourceTokenizer source;
  private final Tokenizer gguf;
  private final List<TokenizerDifference> differences = new ArrayList<>();
  private final List<TokenizerDifference> inexpressible = new ArrayList<>();
  private int texts;
  private long tokens;

  /// A check of `gguf` against `source`.
  public TokenizerCheck(SourceTokenizer source, Tokenizer gguf) {
    this.source = source;
    this.gguf = gguf;
  }

  /// What was found.
  ///
  /// @param texts how many texts were compared
  /// @param tokens how many tokens the source makes of them
  /// @param differences the texts that are different
  /// @param inexpressible differences around tokens that take white space with them, or only count
  ///   as whole words: GGUF has no way to say so
  public record Result(
      int texts,
      long tokens,
      List<TokenizerDifference> differences,
      List<TokenizerDifference> inexpressible) {
    /// Keeps its own lists.
    public Result {
      differences = List.copyOf(differences);
      inexpressible = List.copyOf(inexpressible);
    }
  }

  /// Compares a built-in set of texts: white space, digits, signs, scripts, emoji, control
  /// characters, and the special tokens of the source between words, if the model has them.
  public TokenizerCheck difficultTexts() {
    DifficultTexts.all().forEach(this::text);
    int count = 0;
    for (SourceTokenizer.AddedText token : source.addedTexts()) {
      if (token.id() < gguf.size() && count++ < MOST_TOKENS) {
        String where = "the token " + token.text();
        String text = "a" + token.text() + "b " + token.text() + " c" + token.text().repeat(2);
        compare(where, text, token.plain() ? differences : inexpressible);
      }
    }
    return this;
  }

  /// Compares `text`, which messages call `where`. Where it is different, so is each line of it
  /// that is different alone.
  public TokenizerCheck text(String where, String text) {
    compare(where, text, differences);
    return this;
  }

  /// What was found so far.
  public Result result() {
    return new Result(texts, tokens, differences, inexpressible);
  }

  private void compare(String where, String text, List<TokenizerDifference> found) {
    texts++;
    Optional<TokenizerDifference> difference = difference(where, text, true);
    if (difference.isEmpty()) {
      return;
    }
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size() && lines.size() > 1; i++) {
      Optional<TokenizerDifference> inLine =
          difference(where + ", line " + (i + 1), lines.get(i), false);
      if (inLine.isPresent()) {
        found.add(inLine.get());
        return;
      }
    }
    found.add(difference.get());
  }

  private Optional<TokenizerDifference> difference(String where, String text, boolean counts) {
    int[] wanted = source.encode(text, true);
    int[] got = gguf.encode(text, true, true);
    tokens += counts ? wanted.length : 0;
    int at = Arrays.mismatch(wanted, got);
    if (at < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenizerDifference(
            where, around(text, got, at), at, shown(wanted, at, true), shown(got, at, false)));
  }

  private List<Token> shown(int[] ids, int at, boolean ofSource) {
    List<Token> shown = new ArrayList<>();
    for (int i = Math.max(0, at - 2); i < Math.min(ids.length, at + SHOWN); i++) {
      String text =
          ofSource
              ? source.text(ids[i])
              : new String(gguf.decode(ids[i], true), StandardCharsets.UTF_8);
      shown.add(new Token(ids[i], text));
    }
    return shown;
  }

  /// The text around the place where the equal tokens end, as long as they write it.
  private String around(String text, int[] ids, int at) {
    long bytes = 0;
    for (int i = 0; i < Math.min(at, ids.length); i++) {
      bytes += gguf.decode(ids[i], false).length;
    }
    int place = 0;
    for (long passed = 0; place < text.length() && passed < bytes; ) {
      int c = text.codePointAt(place);
      passed += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      place += Character.charCount(c);
    }
    int from = Math.max(0, place - AROUND);
    int to = Math.min(text.length(), place + AROUND);
    return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
  }
}
