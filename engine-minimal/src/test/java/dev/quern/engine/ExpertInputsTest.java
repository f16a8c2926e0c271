package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.gguf.GgufFile;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What an observer hears of experts, and of heads that have matrices of their own.
class ExpertInputsTest {
  private static final int TOKENS = 40;

  @Test
  void everyExpertShowsTheTokensThatChoseIt() throws URISyntaxException {
    Map<String, int[]> counts = counts("mixtral");
    int[] up = counts.getOrDefault("blk.0.ffn_up_exps.weight", new int[0]);
    assertThat(up).hasSize(4);
    assertThat(up[0] + up[1] + up[2] + up[3]).isEqualTo(2 * TOKENS);
    assertThat(up).doesNotContain(0);
    assertThat(counts.get("blk.0.ffn_gate_exps.weight")).isEqualTo(up);
    assertThat(counts.get("blk.0.ffn_down_exps.weight")).isEqualTo(up);
    assertThat(counts.get("blk.0.ffn_gate_inp.weight")).containsExactly(TOKENS);
  }

  @Test
  void headsWithMatricesOfTheirOwnAndSharedExperts() throws URISyntaxException {
    Map<String, int[]> counts = counts("deepseek3");
    assertThat(counts.get("blk.0.attn_k_b.weight")).containsExactly(40, 40, 40, 40);
    assertThat(counts.get("blk.0.attn_v_b.weight")).containsExactly(40, 40, 40, 40);
    assertThat(counts.get("blk.1.ffn_down_shexp.weight")).containsExactly(TOKENS);
    assertThat(counts.get("blk.0.ffn_down.weight")).containsExactly(TOKENS);
  }

  @Test
  void partsOfOneTensorAreShownOnce() throws URISyntaxException {
    assertThat(counts("gpt2").get("blk.0.attn_qkv.weight")).containsExactly(TOKENS);
  }

  /// How many vectors each matrix of each tensor was multiplied with.
  private static Map<String, int[]> counts(String name) throws URISyntaxException {
    Map<String, int[]> counts = new TreeMap<>();
    Path path =
        Path.of(
            Objects.requireNonNull(
                    ExpertInputsTest.class.getResource("family/" + name + ".gguf"), name)
                .toURI());
    try (GgufFile file = GgufFile.open(path);
        LanguageModel model = LanguageModel.load(file, EngineOptions.exact(1));
        Session session = model.newSession(TOKENS)) {
      model.observe(
          (matrices, values, from, stride, count) -> {
            for (InputObserver.WeightMatrix matrix : matrices) {
              int[] of = counts.computeIfAbsent(matrix.tensor(), key -> new int[matrix.count()]);
              of[matrix.index()] += count;
            }
          });
      Runs.logits(model, session, Runs.tokens(TOKENS, model.vocabularySize(), 5), 13);
    }
    return counts;
  }
}
