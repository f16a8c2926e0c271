package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.engine.InputObserver.WeightMatrix;
import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InputObserverTest {
  private static final int[] TOKENS = Runs.tokens(20, TestModel.VOCABULARY, 6);

  private final TestModel view = TestModel.random(GgmlType.F32, 4);
  private final LanguageModel model = LanguageModel.load(view, EngineOptions.exact(2));
  private final Map<String, List<float[]>> seen = new LinkedHashMap<>();

  @AfterEach
  void close() {
    model.close();
    view.close();
  }

  private void keep(List<WeightMatrix> matrices, float[] values, int from, int stride, int count) {
    for (WeightMatrix matrix : matrices) {
      List<float[]> rows = seen.computeIfAbsent(matrix.tensor(), _ -> new ArrayList<>());
      for (int t = 0; t < count; t++) {
        float[] row = new float[matrix.columns()];
        System.arraycopy(values, from + t * stride, row, 0, row.length);
        rows.add(row);
      }
    }
  }

  @Test
  void everyMatrixShowsTheInputOfEveryToken() {
    model.observe(this::keep);
    Runs.logits(model, model.newSession(TOKENS.length), TOKENS, 7);
    assertThat(seen.keySet())
        .contains(
            "blk.0.attn_q.weight",
            "blk.1.attn_k.weight",
            "blk.1.attn_v.weight",
            "blk.1.attn_output.weight",
            "blk.0.ffn_gate.weight",
            "blk.1.ffn_up.weight",
            "blk.1.ffn_down.weight",
            "output.weight")
        .hasSize(15);
    assertThat(seen.values()).allSatisfy(rows -> assertThat(rows).hasSize(TOKENS.length));
  }

  @Test
  void logitsAreTheOutputMatrixTimesItsInput() {
    model.observe(this::keep);
    float[] logits = new float[3 * TestModel.VOCABULARY];
    model.newSession(TOKENS.length).feed(TOKENS, 0, TOKENS.length, 3, logits);
    float[] weights = new float[TestModel.VOCABULARY * TestModel.HIDDEN];
    BlockCodecs.of(GgmlType.F32)
        .decode(
            view.tensor("output.weight").orElseThrow().mapped().orElseThrow(),
            0,
            weights,
            0,
            weights.length);
    List<float[]> rows = seen.getOrDefault("output.weight", List.of());
    assertThat(rows).hasSize(3);
    for (int t = 0; t < 3; t++) {
      double sum = 0;
      for (int i = 0; i < TestModel.HIDDEN; i++) {
        sum += (double) rows.get(t)[i] * weights[5 * TestModel.HIDDEN + i];
      }
      assertThat((double) logits[t * TestModel.VOCABULARY + 5]).isCloseTo(sum, Offset.offset(1e-3));
    }
  }

  @Test
  void nobodyIsToldOnceNobodyLooks() {
    model.observe(this::keep);
    model.observe(null);
    Runs.logits(model, model.newSession(TOKENS.length), TOKENS, 7);
    assertThat(seen).isEmpty();
  }
}
