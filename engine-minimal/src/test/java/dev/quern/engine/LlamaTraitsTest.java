package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.architecture.Architectures;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.WindowPattern;
import dev.quern.formats.architecture.DecoderTraits;
import dev.quern.formats.architecture.RotaryScaling;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LlamaTraitsTest {
  private final TestModel model = TestModel.random(GgmlType.F32, 1);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void fillsWhatTheMetadataDoesNotSay() {
    DecoderTraits traits = Architectures.byId("llama").orElseThrow().traits(model);
    Attention attention = traits.block().attention();
    assertThat(attention.keyLength()).isEqualTo(64);
    assertThat(attention.valueLength()).isEqualTo(64);
    assertThat(attention.scale()).isEqualTo(0.125f);
    assertThat(attention.window().lengthOf(1)).isEqualTo(WindowPattern.UNLIMITED);
    assertThat(traits.block().rotary().dimensions()).isEqualTo(64);
    assertThat(traits.block().rotary().base()).isEqualTo(10000);
    assertThat(traits.block().rotary().scaling()).isEqualTo(new RotaryScaling.None());
  }

  @Test
  void asManyKeyHeadsAsHeadsUnlessItSaysOtherwise() {
    model.metadata.remove("llama.attention.head_count_kv");
    assertThat(
            Architectures.byId("llama")
                .orElseThrow()
                .traits(model)
                .block()
                .attention()
                .keyValueHeads())
        .isEqualTo(4);
  }

  @Test
  void aWindowOfZeroIsNone() {
    model.number("llama.attention.sliding_window", 0);
    assertThat(
            Architectures.byId("llama")
                .orElseThrow()
                .traits(model)
                .block()
                .attention()
                .window()
                .length())
        .isEqualTo(WindowPattern.UNLIMITED);
    model.number("llama.attention.sliding_window", 7);
    assertThat(
            Architectures.byId("llama")
                .orElseThrow()
                .traits(model)
                .block()
                .attention()
                .window()
                .length())
        .isEqualTo(7);
  }

  @Test
  void readsLinearScalingUnderItsOldKey() {
    model.metadata.put("llama.rope.scale_linear", new MetadataValue.Float32(4));
    assertThat(scaling()).isEqualTo(new RotaryScaling.Linear(4));
  }

  @Test
  void readsYarn() {
    model.text("llama.rope.scaling.type", "yarn");
    model.number("llama.rope.scaling.factor", 8);
    model.number("llama.rope.scaling.original_context_length", 4096);
    RotaryScaling.Yarn yarn = (RotaryScaling.Yarn) scaling();
    assertThat(yarn.originalContext()).isEqualTo(4096);
    assertThat(yarn.betaFast()).isEqualTo(32);
    assertThat(yarn.betaSlow()).isEqualTo(1);
    assertThat((double) yarn.attentionFactor()).isCloseTo(0.1 * Math.log(8) + 1, within(1e-6));
  }

  private RotaryScaling scaling() {
    return Architectures.byId("llama").orElseThrow().traits(model).block().rotary().scaling();
  }
}
