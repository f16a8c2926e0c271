package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final int VOCABULARY = 40;
  private static final List<String> SETTINGS = List.of("text a", "model b");

  @TempDir Path folder;

  private final Chunks chunks =
      Chunks.of(new Random(7).ints(500, 0, VOCABULARY).toArray(), 20, 25, OptionalInt.empty());

  /// A model of noise that depends on the token, and stops after so many pieces.
  private static LogitsSource model(long seed, int pieces) {
    return new LogitsSource() {
      private int started;

      @Override
      public int vocabularySize() {
        return VOCABULARY;
      }

      @Override
      public void start() {
        if (started++ == pieces) {
          throw new IllegalStateException("interrupted");
        }
      }

      @Override
      public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
        for (int i = 0; i < wanted; i++) {
          Random random = new Random(seed + tokens[from + count - wanted + i]);
          for (int v = 0; v < VOCABULARY; v++) {
            logits[i * VOCABULARY + v] = (float) (2 * random.nextGaussian());
          }
        }
      }
    };
  }

  private Evaluation.SideBySide compare(Journal journal, int pieces) {
    try (journal) {
      return new Evaluation(chunks, 2, Progress.none(), List.of(), journal)
          .compare(
              model(1, pieces), List.of(model(2, Integer.MAX_VALUE), model(3, Integer.MAX_VALUE)));
    }
  }

  @Test
  void anInterruptedEvaluationGoesOnWhereItStopped() {
    Path file = folder.resolve("journal");
    Evaluation.SideBySide whole = compare(Journal.none(), Integer.MAX_VALUE);

    assertThatThrownBy(() -> compare(Journal.open(file, SETTINGS), 10)).hasMessage("interrupted");
    assertThatThrownBy(() -> compare(Journal.open(file, SETTINGS), 7)).hasMessage("interrupted");
    Evaluation.SideBySide resumed = compare(Journal.open(file, SETTINGS), 8);

    assertThat(resumed).isEqualTo(whole);
    assertThat(compare(Journal.open(file, SETTINGS), 0)).isEqualTo(whole);
  }

  @Test
  void aPieceThatWasNotWrittenWholeIsComputedAgain() throws IOException {
    Path file = folder.resolve("journal");
    Evaluation.SideBySide whole = compare(Journal.open(file, SETTINGS), Integer.MAX_VALUE);
    byte[] bytes = Files.readAllBytes(file);
    for (int cut : new int[] {1, 8, 9, 300, 3000}) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - cut));
      assertThat(compare(Journal.open(file, SETTINGS), Integer.MAX_VALUE)).isEqualTo(whole);
      assertThat(file).hasBinaryContent(bytes);
    }
    bytes[bytes.length - 30] ^= 1;
    Files.write(file, bytes);
    assertThat(compare(Journal.open(file, SETTINGS), Integer.MAX_VALUE)).isEqualTo(whole);
  }

  @Test
  void aJournalOfOtherSettingsIsRefused() {
    Path file = folder.resolve("journal");
    compare(Journal.open(file, SETTINGS), Integer.MAX_VALUE);

    assertThatThrownBy(() -> Journal.open(file, List.of("text a", "model c")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": a journal of another verification: it has \"model b\", and this is \"model c\"; name another file or delete it");
    assertThatThrownBy(() -> Journal.open(file, List.of("text a")))
        .hasMessageContaining("it has \"model b\", and this is \"nothing\"");
  }

  @Test
  void anotherFileIsRefusedAndLeftAlone() throws IOException {
    for (String text :
        List.of("x", "precious file of somebody", "quernjnl\u007f\u007f\u007f\u007f")) {
      Path file = Files.writeString(folder.resolve("other"), text);
      assertThatThrownBy(() -> Journal.open(file, SETTINGS))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(file + ": not a journal of quern; move it away");
      assertThat(file).hasContent(text);
    }
  }

  @Test
  void candidatesSideBySideScoreAsAlone() {
    Evaluation.SideBySide both = compare(Journal.none(), Integer.MAX_VALUE);
    for (int i = 0; i < 2; i++) {
      Quality.Against alone =
          new Evaluation(chunks, 1, Progress.none())
              .compare(model(1, Integer.MAX_VALUE), model(2 + i, Integer.MAX_VALUE));
      assertThat(both.qualities().get(i)).isEqualTo(alone);
    }
    Contest contest = both.contests().getFirst();
    assertThat(contest.divergence().value())
        .isCloseTo(
            both.qualities().get(0).divergence().mean().value()
                - both.qualities().get(1).divergence().mean().value(),
            within(1e-12));
  }
}
