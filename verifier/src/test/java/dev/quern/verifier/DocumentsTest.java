package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static final int BOS = 99;

  private static int[] document(int number, int length) {
    return IntStream.range(0, length).map(i -> i == 0 ? BOS : 100 * number + i).toArray();
  }

  private static Documents cut(int context, int limit, int... lengths) {
    List<int[]> documents = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      documents.add(document(i + 1, lengths[i]));
    }
    return Documents.of(documents, context, limit, OptionalInt.of(BOS));
  }

  /// The tokens that are predicted, in order.
  private static List<Integer> predicted(Documents documents) {
    List<Integer> predicted = new ArrayList<>();
    for (int i = 0; i < documents.count(); i++) {
      Piece piece = documents.piece(i);
      for (int at = piece.start(); at < piece.end(); at++) {
        predicted.add(piece.tokens()[at + 1]);
      }
    }
    return predicted;
  }

  @Test
  void everyTokenButTheFirstIsPredictedOnce() {
    for (int context = 4; context < 14; context++) {
      Documents documents = cut(context, Integer.MAX_VALUE, 23, 1, 2, 10);
      List<Integer> expected = new ArrayList<>();
      for (int number : new int[] {1, 3, 4}) {
        int length = number == 1 ? 23 : number == 3 ? 2 : 10;
        IntStream.range(1, length).forEach(i -> expected.add(0));
        for (int i = 1; i < length; i++) {
          expected.set(expected.size() - length + i, 100 * number + i);
        }
      }
      assertThat(predicted(documents)).as("context %d", context).isEqualTo(expected);
      assertThat(documents.positions()).isEqualTo(expected.size());
    }
  }

  @Test
  void laterPiecesScoreWhatHasHalfAContextBeforeIt() {
    Documents documents = cut(8, Integer.MAX_VALUE, 20);
    for (int i = 1; i < documents.count(); i++) {
      assertThat(documents.piece(i).start()).isEqualTo(3);
      assertThat(documents.piece(i).tokens()[0]).isEqualTo(BOS);
    }
  }

  @Test
  void noPieceHasTokensOfTwoDocuments() {
    Documents documents = cut(6, Integer.MAX_VALUE, 9, 3, 15);
    for (int i = 0; i < documents.count(); i++) {
      Piece piece = documents.piece(i);
      assertThat(piece.tokens().length).isLessThanOrEqualTo(6);
      for (int at = 1; at < piece.tokens().length; at++) {
        assertThat(piece.tokens()[at] / 100).isEqualTo(piece.document() + 1);
      }
    }
  }

  @Test
  void aLimitLeavesOutTheRest() {
    assertThat(cut(6, 3, 9, 3, 15).count()).isEqualTo(3);
  }

  @Test
  void somethingMustBeScored() {
    assertThatThrownBy(() -> cut(6, 3, 1, 1)).hasMessage("no document has two tokens or more");
    assertThatThrownBy(() -> cut(3, 3, 9)).hasMessageContaining("use at least 4 tokens");
  }
}
