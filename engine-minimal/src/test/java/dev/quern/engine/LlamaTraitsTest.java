package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
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
    DecoderTraits traits = DecoderTraits.of(model);
    Attention attention = traits.blocks().getFirst().attention();
    assertThat(attention.keyLength()).isEqualTo(64);
    assertThat(attention.valueLength()).isEqualTo(64);
    assertThat(attention.scores().scale()).isEqualTo(0.125f);
    assertThat(attention.window()).isEqualTo(Attention.UNLIMITED);
    assertThat(traits.blocks().getFirst().rotary().dimensions()).isEqualTo(64);
    assertThat(traits.blocks().getFirst().rotary().base()).isEqualTo(10000);
    assertThat(traits.blocks().getFirst().rotary().scaling()).isEqualTo(new RotaryScaling.None());
  }

  @Test
  void asManyKeyHeadsAsHeadsUnlessItSaysOtherwise() {
    model.metadata.remove("llama.attention.head_count_kv");
    assertThat(block().attention().keyValueHeads()).isEqualTo(4);
  }

  @Test
  void aWindowOfZeroIsNone() {
    model.number("llama.attention.sliding_window", 0);
    assertThat(block().attention().window()).isEqualTo(Attention.UNLIMITED);
    model.number("llama.attention.sliding_window", 7);
    assertThat(block().attention().window()).isEqualTo(7);
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

  private BlockTraits block() {
    return DecoderTraits.of(model).blocks().getFirst();
  }

  private RotaryScaling scaling() {
    return block().rotary().scaling();
  }
}
