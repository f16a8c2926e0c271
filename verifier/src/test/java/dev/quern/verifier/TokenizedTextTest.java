package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quern.formats.tokenizer.Tokenizer;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenizedTextTest {
  private static final EvaluationText TEXT = new EvaluationText("t.txt", 8, "00", "abcdefgh");

  @Test
  void beginsWithTheFirstTokenWhereTheTokenizerAddsOne() {
    TokenizedText with = TokenizedText.of(TEXT, new Letters(true, false));
    TokenizedText without = TokenizedText.of(TEXT, new Letters(false, false));

    assertThat(with.tokens()).containsExactly(1, 97, 98, 99, 100, 101, 102, 103, 104);
    assertThat(with.chunks(4, 9).tokens(1)).containsExactly(1, 101, 102, 103);
    assertThat(without.tokens()).startsWith(97).hasSize(8);
    assertThat(without.chunks(4, 9).tokens(1)).containsExactly(101, 102, 103, 104);
  }

  @Test
  void endsWithoutAnEndToken() {
    assertThat(TokenizedText.of(TEXT, new Letters(true, true)).tokens()).hasSize(9).endsWith(104);
  }

  @Test
  void factsSayWhatWasRead() {
    TokenizedText text = TokenizedText.of(TEXT, new Letters(true, false));

    assertThat(text.facts(text.chunks(3, 2)))
        .isEqualTo(new TextFacts("t.txt", 8, "00", 9, 3, 2, TextFacts.Cut.PIECES));
  }

  @Test
  void saysWhichTextIsTooShort() {
    TokenizedText text = TokenizedText.of(TEXT, new Letters(true, false));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> text.chunks(5, 1))
        .withMessageStartingWith("t.txt: the text is only 9 tokens");
  }

  @Test
  void modelsThatReadOtherTokensCannotBeCompared() {
    TokenizedText text = TokenizedText.of(TEXT, new Letters(true, false));

    text.requireSame(new Letters(true, true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> text.requireSame(new Letters(false, false)))
        .withMessageContaining("different tokens, from token 0 on");
  }

  /// A token for each letter, 1 to begin and 2 to end.
  private record Letters(boolean addsBos, boolean addsEos) implements Tokenizer {
    @Override
    public int size() {
      return 128;
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
      IntStream begin = IntStream.range(0, addSpecial && addsBos ? 1 : 0).map(_ -> 1);
      IntStream end = IntStream.range(0, addSpecial && addsEos ? 1 : 0).map(_ -> 2);
      return IntStream.concat(IntStream.concat(begin, text.chars()), end).toArray();
    }

    @Override
    public byte[] decode(int token) {
      return new byte[] {(byte) token};
    }

    @Override
    public byte[] decode(int token, boolean withControl) {
      return decode(token);
    }

    @Override
    public OptionalInt bos() {
      return OptionalInt.of(1);
    }

    @Override
    public OptionalInt eos() {
      return OptionalInt.of(2);
    }

    @Override
    public boolean isEndOfGeneration(int token) {
      return token == 2;
    }
  }
}
