package dev.quern.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.ByteTokenizer;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.TensorDifference;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReportDetailsTest {
  /// The bytes of a text as tokens.
  private static final Tokenizer BYTES = new ByteTokenizer();

  @Test
  void worstPlacesHaveTheirText() {
    int[] tokens = BYTES.encode("the cat sat on thé mat, and the dog", false, false);
    Chunks chunks = Chunks.of(tokens, 12, 3, OptionalInt.empty());
    ScoreSummary scores = new ScoreSummary(12, 1);
    scores.accept(Scores.score(1, 7, 0.1, 0.5, 2));

    ReportDetails details = ReportDetails.of(scores, chunks, BYTES);

    WorstPlace place = details.worst().getFirst();
    assertThat(place.before()).isEqualTo("on thé ");
    assertThat(place.follower()).isEqualTo("\u0003");
    assertThat(place.base().orElseThrow().followerChance()).isEqualTo(0.5);
    assertThat(details.beginnings()).first().isEqualTo("the cat sat");
  }

  @Test
  void charactersThatACutDividesAreLeftOut() {
    int[] tokens = BYTES.encode("éa éb éc éd", false, false);
    Chunks chunks = Chunks.of(tokens, 5, 3, OptionalInt.empty());

    // the second piece begins after the first byte of é
    assertThat(new Passages(chunks, BYTES).beginning(1, 5)).isEqualTo("b é");
  }

  @Test
  void matricesOfADiffBecomeLosses() {
    TensorInfo matrix = new TensorInfo("blk.0.ffn_up.weight", GgmlType.F32, Shape.of(256, 8));
    TensorInfo small = new TensorInfo("blk.0.ffn_up.weight", GgmlType.Q4_K, Shape.of(256, 8));
    TensorInfo vector = new TensorInfo("output_norm.weight", GgmlType.F32, Shape.of(256));
    ModelDiff diff =
        new ModelDiff(
            List.of(),
            List.of(
                new TensorDifference.Changed(matrix, small, 0.07, 0.1f),
                new TensorDifference.Equal(vector),
                new TensorDifference.OnlyInFirst(matrix)));

    assertThat(TensorLoss.of(diff)).containsExactly(new TensorLoss(small, 0.07, Double.NaN, 0));
    assertThat(TensorLoss.of(diff).getFirst().bitsPerWeight()).isEqualTo(4.5);
  }
}
