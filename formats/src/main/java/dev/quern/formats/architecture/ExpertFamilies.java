package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import java.util.Map;
import java.util.function.Function;

/// Families of which every model has experts. (Mixtral is a llama.)
final class ExpertFamilies {
  private ExpertFamilies() {}

  static Map<String, Function<ModelView, DecoderTraits>> all() {
    return Map.of(
        "deepseek",
            view -> new TraitsBuilder(view, "deepseek").experts(Gating.SOFTMAX, false).build(),
        "gpt-oss", ExpertFamilies::gptOss,
        "granitemoe", ExpertFamilies::granite,
        "olmoe", ExpertFamilies::olmoe,
        "phimoe", ExpertFamilies::phi,
        "qwen2moe", view -> halves(view, "qwen2moe").experts(Gating.SOFTMAX, false).build(),
        "qwen3moe", ExpertFamilies::qwen3);
  }

  private static TraitsBuilder halves(ModelView view, String id) {
    return new TraitsBuilder(view, id).rotary(RotaryStyle.HALVES);
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
