package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import java.util.Map;
import java.util.function.Function;

/// Gated families whose norms lie elsewhere, or whose blocks alternate: Gemma, OLMo 2 and 3, GLM-4,
/// EXAONE 4, Cohere.
final class NormedFamilies {
  private static final int GEMMA2_27B_BLOCKS = 46;
  private static final int GEMMA3_27B_BLOCKS = 62;

  private NormedFamilies() {}

  static Map<String, Function<ModelView, DecoderTraits>> all() {
    return Map.of(
        "gemma", view -> gemma(view, "gemma").build(),
        "gemma2", NormedFamilies::gemma2,
        "gemma3", NormedFamilies::gemma3,
        "olmo2", NormedFamilies::olmo2,
        "glm4",
            view -> new TraitsBuilder(view, "glm4").norms(NormKind.RMS, NormPlaces.AROUND).build(),
        "exaone4", NormedFamilies::exaone4,
        "command-r", view -> cohere(view, "command-r").build(),
        "cohere2", NormedFamilies::cohere2);
  }

  private static TraitsBuilder gemma(ModelView view, String id) {
    TraitsBuilder family = new TraitsBuilder(view, id);
    return family
        .rotary(RotaryStyle.HALVES)
        .gated(Activation.GELU_TANH)
        .embeddingScale(Math.sqrt(family.hiddenLength()));
  }

  private static DecoderTraits gemma2(ModelView view) {
    return scaled(gemma(view, "gemma2"), GEMMA2_27B_BLOCKS)
        .norms(NormKind.RMS, NormPlaces.AROUND)
        .windowedButEvery(2)
        .build();
  }

  private static DecoderTraits gemma3(ModelView view) {
    TraitsBuilder family = scaled(gemma(view, "gemma3"), GEMMA3_27B_BLOCKS);
    float base = family.reader().optionalPositive("rope.freq_base_swa").orElse(10000f);
    return family
        .norms(NormKind.RMS, NormPlaces.AROUND)
        .headNorm(HeadNorm.SHARED)
        .windowedButEvery(6)
        .nearRotary(
            rotary ->
                new Rotary(rotary.style(), rotary.dimensions(), base, new RotaryScaling.None()))
        .build();
  }

  /// The largest model of a generation divides scores by another length than that of its heads;
  /// files need not say so.
  private static TraitsBuilder scaled(TraitsBuilder family, int blocks) {
    if (family.blockCount() != blocks) {
      return family;
    }
    int heads = family.reader().count("attention.head_count", 1 << 20);
    return family.attentionScale(1 / Math.sqrt((double) family.hiddenLength() / heads));
  }

  private static DecoderTraits olmo2(ModelView view) {
    return new TraitsBuilder(view, "olmo2")
        .rotary(RotaryStyle.HALVES)
        .norms(NormKind.RMS, NormPlaces.AFTER)
        .headNorm(HeadNorm.WHOLE)
        .nearRotary(NormedFamilies::unscaled)
        .build();
  }

  private static Rotary unscaled(Rotary rotary) {
    return new Rotary(rotary.style(), rotary.dimensions(), rotary.base(), new RotaryScaling.None());
  }

  /// In models with windows, blocks without one turn nothing.
  private static DecoderTraits exaone4(ModelView view) {
    TraitsBuilder family = new TraitsBuilder(view, "exaone4");
    boolean windows = family.reader().lengthOrZero("attention.sliding_window") > 0;
    return family
        .rotary(RotaryStyle.HALVES)
        .norms(NormKind.RMS, NormPlaces.AFTER)
        .headNorm(HeadNorm.SHARED)
        .windowedButEvery(4)
        .farRotary(rotary -> windows ? Rotary.NONE : rotary)
        .build();
  }

  private static TraitsBuilder cohere(ModelView view, String id) {
    return new TraitsBuilder(view, id)
        .norms(NormKind.LAYER, NormPlaces.SHARED)
        .optionalHeadNorm(HeadNorm.OWN)
        .parallel();
  }

  private static DecoderTraits cohere2(ModelView view) {
    return cohere(view, "cohere2").windowedButEvery(4).farRotary(rotary -> Rotary.NONE).build();
  }
}
