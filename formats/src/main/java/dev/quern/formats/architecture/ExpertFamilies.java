package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Families of which every model has experts. (Mixtral is a llama.)
final class ExpertFamilies {
  private ExpertFamilies() {}

  static Map<String, Function<ModelView, DecoderTraits>> all() {
    return Map.of(
        "deepseek",
        view -> new TraitsBuilder(view, "deepseek").experts(Gating.SOFTMAX, false).build(),
        "deepseek2",
        ExpertFamilies::deepseek2,
        "gpt-oss",
        ExpertFamilies::gptOss,
        "granitemoe",
        ExpertFamilies::granite,
        "olmoe",
        ExpertFamilies::olmoe,
        "phimoe",
        ExpertFamilies::phi,
        "qwen2moe",
        view -> halves(view, "qwen2moe").experts(Gating.SOFTMAX, false).build(),
        "qwen3moe",
        ExpertFamilies::qwen3);
  }

  private static TraitsBuilder halves(ModelView view, String id) {
    return new TraitsBuilder(view, id).rotary(RotaryStyle.HALVES);
  }

  /// Where YaRN stretches positions, scores are multiplied in place of sines and cosines.
  private static DecoderTraits deepseek2(ModelView view) {
    TraitsBuilder family = new TraitsBuilder(view, "deepseek2").latent();
    TraitsReader reader = family.reader();
    double scale = 1 / Math.sqrt(reader.count("attention.key_length_mla", 1 << 20));
    Optional<Float> share = reader.optionalPositive("rope.scaling.yarn_log_multiplier");
    if (share.isPresent()) {
      float factor = reader.positive("rope.scaling.factor");
      double magnitude = factor <= 1 ? 1 : share.get() * Math.log(factor) + 1;
      scale *= magnitude * magnitude;
      float given = reader.optionalPositive("rope.scaling.yarn_attn_factor").orElse(1f);
      family.farRotary(rotary -> magnified(rotary, given));
    }
    return family.attentionScale(scale).experts(Gating.SOFTMAX, false).build();
  }

  private static Rotary magnified(Rotary rotary, float factor) {
    return rotary.scaling() instanceof RotaryScaling.Yarn yarn
        ? new Rotary(
            rotary.style(),
            rotary.dimensions(),
            rotary.base(),
            new RotaryScaling.Yarn(
                yarn.factor(),
                yarn.originalContext(),
                yarn.betaFast(),
                yarn.betaSlow(),
                factor,
                yarn.whole()))
        : rotary;
  }

  private static DecoderTraits gptOss(ModelView view) {
    return halves(view, "gpt-oss")
        .norms(NormKind.RMS, new NormPlaces("attn_norm", "post_attention_norm", "", ""))
        .windowedButEvery(2)
        .gated(Activation.CLAMPED_QUICK)
        .experts(Gating.SOFTMAX_OF_CHOSEN, false)
        .build();
  }

  private static DecoderTraits granite(ModelView view) {
    return new TraitsBuilder(view, "granitemoe")
        .dividedLogits()
        .experts(Gating.SOFTMAX_OF_CHOSEN, false)
        .build();
  }

  private static DecoderTraits olmoe(ModelView view) {
    return halves(view, "olmoe").headNorm(HeadNorm.WHOLE).experts(Gating.SOFTMAX, false).build();
  }

  private static DecoderTraits phi(ModelView view) {
    return halves(view, "phimoe")
        .norms(NormKind.LAYER, NormPlaces.BEFORE)
        .experts(Gating.SPARSE_MIXER, false)
        .build();
  }

  private static DecoderTraits qwen3(ModelView view) {
    return halves(view, "qwen3moe").headNorm(HeadNorm.SHARED).experts(Gating.SOFTMAX, true).build();
  }
}
