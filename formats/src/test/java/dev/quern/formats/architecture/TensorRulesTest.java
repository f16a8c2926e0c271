package dev.quern.formats.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorRulesTest {
  @Test
  void knowsNamesWithAndWithoutTheirPrefix() {
    TensorMap map =
        rules()
            .map(new HeapCheckpoint().add("model.h.0.up.weight", 4, 6).add("h.1.up.weight", 4, 6));
    assertThat(map.problems()).isEmpty();
    assertThat(map.tensors())
        .extracting(TensorMapping::name)
        .containsExactly("blk.0.ffn_up.weight", "blk.1.ffn_up.weight");
  }

  @Test
  void leavesOutBuffersAndWhatIsSkipped() {
    HeapCheckpoint checkpoint = whole().add("h.0.attention.bias", 1).add("h.1.mask", 1);
    assertThat(rules().skip("h.{layer}.mask").map(checkpoint).problems()).isEmpty();
    assertThat(rules().map(checkpoint).problems())
        .singleElement()
        .asString()
        .contains("tensor h.1.mask");
  }

  @Test
  void givesABiasTheRowsOfItsMatrix() {
    TensorMap map = rules().map(whole().add("h.0.up.bias", 6).add("h.1.up.bias", 4));
    assertThat(map.problems()).singleElement().asString().contains("says 6 for blk.1.ffn_up.bias");
  }

  @Test
  void stacksPartsByTheirNumbersAfterTheLastIsThere() {
    HeapCheckpoint checkpoint = whole();
    for (String name : List.of("h.0.expert.10", "h.0.expert.0", "h.0.expert.1")) {
      checkpoint.add(name + ".gate.weight", 4, 2).add(name + ".down.weight", 2, 4);
    }
    TensorRule gate = TensorRule.matrix("expert.{part}.gate", "gate_exps", 4, 2);
    TensorRule down = TensorRule.matrix("expert.{part}.down", "down_exps", 2, 4);
    TensorMap map =
        rules()
            .blocks(
                "h.{layer}.",
                down.stacked("experts", 3).optional(),
                gate.stacked("experts", 3).optional())
            .map(checkpoint);
    assertThat(map.problems()).hasSize(4);
    assertThat(map.problems().getFirst()).contains("h.0.expert.10.gate.weight");
    HeapCheckpoint right = checkpoint.without("h.0.expert.10.gate.weight");
    right = right.without("h.0.expert.10.down.weight");
    right.add("h.0.expert.2.down.weight", 2, 4).add("h.0.expert.2.gate.weight", 4, 2);
    TensorMap good =
        rules()
            .blocks(
                "h.{layer}.",
                down.stacked("experts", 3).optional(),
                gate.stacked("experts", 3).optional())
            .map(right);
    assertThat(good.problems()).isEmpty();
    assertThat(good.tensors().subList(2, 4))
        .extracting(TensorMapping::name)
        .containsExactly("blk.0.down_exps.weight", "blk.0.gate_exps.weight");
    assertThat(good.tensors().getLast().shape()).isEqualTo(Shape.of(4, 2, 3));
    assertThat(good.tensors().getLast().sources().get(2).name())
        .isEqualTo("h.0.expert.2.gate.weight");
  }

  @Test
  void dividesOneTensorIntoSeveral() {
    TensorRule fused =
        TensorRule.matrix("kv", "unused", 4, 6)
            .divided(
                new TensorRule.Part("attn_k", new Transform.TakeRows(6, 0, 3)),
                new TensorRule.Part("attn_v", new Transform.TakeRows(6, 3, 3)))
            .onlyIn(layer -> layer == 0);
    TensorMap map = rules().blocks("h.{layer}.", fused).map(whole().add("h.0.kv.weight", 4, 6));
    assertThat(map.problems()).isEmpty();
    assertThat(map.tensors().getLast().name()).isEqualTo("blk.0.attn_v.weight");
    assertThat(map.tensors().getLast().shape()).isEqualTo(Shape.of(4, 3));
    assertThat(rules().blocks("h.{layer}.", fused).map(whole()).problems()).hasSize(2);
  }

  @Test
  void knowsTensorsWithoutASuffixWhereARuleSaysSo() {
    TensorRule sinks = TensorRule.vector("sinks", "attn_sinks", 2).named().optional();
    TensorMap map = rules().blocks("h.{layer}.", sinks).map(whole().add("h.0.sinks", 2));
    assertThat(map.problems()).isEmpty();
    assertThat(map.tensors().getLast().name()).isEqualTo("blk.0.attn_sinks.weight");
    assertThat(rules().map(whole().add("h.0.up", 4, 6)).problems()).hasSize(1);
  }

  private static TensorRules rules() {
    return new TensorRules(2)
        .prefixes("model.", "")
        .blocks("h.{layer}.", TensorRule.matrix("up", "ffn_up", 4, 6));
  }

  private static HeapCheckpoint whole() {
    return new HeapCheckpoint().add("h.0.up.weight", 4, 6).add("h.1.up.weight", 4, 6);
  }
}
