package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import java.util.Map;
import java.util.function.Function;

/// Families that follow GPT: layer norms, and a feed-forward part of two matrices.
final class UngatedFamilies {
  private UngatedFamilies() {}

  static Map<String, Function<ModelView, DecoderTraits>> all() {
    return Map.ofEntries(
        Map.entry("bloom", UngatedFamilies::bloom),
        Map.entry("falcon", UngatedFamilies::falcon),
        Map.entry("gpt2", view -> of(view, "gpt2", Activation.GELU_TANH).unturned().build()),
        Map.entry("gptj", UngatedFamilies::gptj),
        Map.entry("gptneox", UngatedFamilies::gptneox),
        Map.entry("mpt", UngatedFamilies::mpt),
        Map.entry("nemotron", view -> halves(view, "nemotron", Activation.RELU_SQUARED).build()),
        Map.entry("phi2", UngatedFamilies::phi2),
        Map.entry(
            "starcoder", view -> of(view, "starcoder", Activation.GELU_TANH).unturned().build()),
        Map.entry("starcoder2", view -> halves(view, "starcoder2", Activation.GELU_TANH).build()));
  }

  private static TraitsBuilder of(ModelView view, String id, Activation activation) {
    return new TraitsBuilder(view, id).norms(NormKind.LAYER, NormPlaces.BEFORE).ungated(activation);
  }

  private static TraitsBuilder halves(ModelView view, String id, Activation activation) {
    return of(view, id, activation).rotary(RotaryStyle.HALVES);
  }

  private static DecoderTraits bloom(ModelView view) {
    return of(view, "bloom", Activation.GELU_TANH).unturned().alibi(8).build();
  }

  /// Falcon 7B has one norm for both parts, 40B has two.
  private static DecoderTraits falcon(ModelView view) {
    TraitsBuilder family = halves(view, "falcon", Activation.GELU).parallel();
    boolean two = family.reader().hasTensor("blk.0.attn_norm_2.weight");
    return family
        .norms(
            NormKind.LAYER,
            two ? new NormPlaces("attn_norm_2", "attn_norm", "", "") : NormPlaces.SHARED)
        .build();
  }

  private static DecoderTraits gptj(ModelView view) {
    return of(view, "gptj", Activation.GELU_TANH)
        .norms(NormKind.LAYER, NormPlaces.SHARED)
        .parallel()
        .build();
  }

  private static DecoderTraits gptneox(ModelView view) {
    TraitsBuilder family = halves(view, "gptneox", Activation.GELU);
    return family.reader().flag("use_parallel_residual", true)
        ? family.parallel().build()
        : family.build();
  }

  private static DecoderTraits mpt(ModelView view) {
    return of(view, "mpt", Activation.GELU).unturned().optionalHeadNorm(HeadNorm.WHOLE).build();
  }

  private static DecoderTraits phi2(ModelView view) {
    return halves(view, "phi2", Activation.GELU_TANH)
        .norms(NormKind.LAYER, NormPlaces.SHARED)
        .parallel()
        .build();
  }
}
