package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunksTest {
  private static final OptionalInt NONE = OptionalInt.empty();

  @Test
  void usesWholePiecesOnly() {
    Chunks chunks = Chunks.of(counting(35), 8, Integer.MAX_VALUE, NONE);

    assertThat(chunks.count()).isEqualTo(4);
    assertThat(chunks.tokens(3)).containsExactly(24, 25, 26, 27, 28, 29, 30, 31);
  }

  @Test
  void takesNoMorePiecesThanTheLimit() {
    assertThat(Chunks.of(counting(35), 8, 3, NONE).count()).isEqualTo(3);
    assertThat(Chunks.of(counting(35), 8, 400, NONE).count()).isEqualTo(4);
  }

  @Test
  void scoresTheSecondHalfUpToTheTokenBeforeTheLast() {
    Chunks even = Chunks.of(counting(32), 8, 4, NONE);
    Chunks odd = Chunks.of(counting(32), 9, 4, NONE);

    assertThat(even.start()).isEqualTo(4);
    assertThat(even.end()).isEqualTo(7);
    assertThat(even.positions()).isEqualTo(4 * 3);
    assertThat(odd.start()).isEqualTo(4);
    assertThat(odd.end()).isEqualTo(8);
    assertThat(odd.positions()).isEqualTo(3 * 4);
  }

  @Test
  void putsTheFirstTokenInFrontOfEveryPieceInPlaceOfItsOwn() {
    Chunks chunks = Chunks.of(counting(16), 8, 2, OptionalInt.of(99));

    assertThat(chunks.tokens(0)).containsExactly(99, 1, 2, 3, 4, 5, 6, 7);
    assertThat(chunks.tokens(1)).containsExactly(99, 9, 10, 11, 12, 13, 14, 15);
    assertThat(chunks.largestToken()).isEqualTo(99);
  }

  @Test
  void keepsItsTokensWhenTheCallerChangesTheirs() {
    int[] tokens = counting(16);
    Chunks chunks = Chunks.of(tokens, 8, 2, NONE);
    tokens[1] = 7;
    chunks.tokens(0)[2] = 7;

    assertThat(chunks.tokens(0)).startsWith(0, 1, 2);
  }

  @Test
  void acceptsExactlyTwoContextsAndNothingShorter() {
    assertThat(Chunks.of(counting(16), 8, Integer.MAX_VALUE, NONE).count()).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chunks.of(counting(15), 8, Integer.MAX_VALUE, NONE))
        .withMessage(
            "the text is only 15 tokens, and a context of 8 needs at least 16: use a longer text or a smaller context");
    // also when one piece is all that is asked for
    assertThatIllegalArgumentException().isThrownBy(() -> Chunks.of(counting(15), 8, 1, NONE));
  }

  @Test
  void rejectsContextsAndLimitsThatLeaveNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chunks.of(counting(16), 2, 1, NONE))
        .withMessageContaining("at least 3 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chunks.of(counting(16), 8, 0, NONE))
        .withMessageContaining("at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chunks.of(counting(16), Integer.MAX_VALUE, 1, NONE));
  }

  private static int[] counting(int count) {
    return IntStream.range(0, count).toArray();
  }
}
