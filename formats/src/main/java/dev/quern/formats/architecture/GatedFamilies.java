package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import java.util.Map;
import java.util.function.Function;

/// Families that follow LLaMA: a norm before each part, and a gated feed-forward part.
final class GatedFamilies {
  private static final int BAICHUAN_13B_BLOCKS = 40;

  private GatedFamilies() {}

  static Map<String, Function<ModelView, DecoderTraits>> all() {
    return Map.ofEntries(
        Map.entry("llama", view -> of(view, "llama").experts(Gating.SOFTMAX, true).build()),
        Map.entry("baichuan", GatedFamilies::baichuan),
        Map.entry("chatglm", view -> of(view, "chatglm").build()),
        Map.entry("exaone", view -> halves(view, "exaone").build()),
        Map.entry("granite", view -> of(view, "granite").dividedLogits().build()),
        Map.entry("internlm2", view -> of(view, "internlm2").build()),
        Map.entry("minicpm", GatedFamilies::minicpm),
        Map.entry("olmo", GatedFamilies::olmo),
        Map.entry("phi3", view -> halves(view, "phi3").build()),
        Map.entry("qwen", view -> halves(view, "qwen").feedForwardCountsBoth().build()),
        Map.entry("qwen2", view -> halves(view, "qwen2").build()),
        Map.entry("qwen3", view -> halves(view, "qwen3").headNorm(HeadNorm.SHARED).build()),
        Map.entry("smollm3", GatedFamilies::smollm3),
        Map.entry("stablelm", GatedFamilies::stablelm));
  }

  private static TraitsBuilder of(ModelView view, String id) {
    return new TraitsBuilder(view, id);
  }

  private static TraitsBuilder halves(ModelView view, String id) {
    return of(view, id).rotary(RotaryStyle.HALVES);
  }

  /// The large one has slopes in place of turned heads; its metadata need not say so.
  private static DecoderTraits baichuan(ModelView view) {
    TraitsBuilder family = of(view, "baichuan");
    boolean sloped =
        family.reader().has("attention.max_alibi_bias")
            ? family.reader().limitOrZero("attention.max_alibi_bias") > 0
            : family.blockCount() == BAICHUAN_13B_BLOCKS;
    return sloped ? family.unturned().alibi(8).build() : family.build();
  }

  private static DecoderTraits minicpm(ModelView view) {
    TraitsBuilder family = of(view, "minicpm").dividedLogits();
    family.reader().positive("embedding_scale"); // old files leave them out, with other meanings
    family.reader().positive("residual_scale");
    family.reader().positive("logit_scale");
    return family.build();
  }

  private static DecoderTraits olmo(ModelView view) {
    return of(view, "olmo").norms(NormKind.PLAIN_LAYER, NormPlaces.BEFORE).build();
  }

  /// Every fourth block turns nothing.
  private static DecoderTraits smollm3(ModelView view) {
    return of(view, "smollm3").turnedBlocks(block -> (block + 1) % 4 != 0).build();
  }

  /// The larger ones are parallel, with one norm for both parts and a norm for every head; files
  /// without a word of it are taken for parallel by the reference converter, which the norms belie.
  private static DecoderTraits stablelm(ModelView view) {
    TraitsBuilder family = halves(view, "stablelm").optionalHeadNorm(HeadNorm.OWN);
    return family.reader().hasTensor("blk.0.ffn_norm.weight")
        ? family.norms(NormKind.LAYER, NormPlaces.BEFORE).build()
        : family.norms(NormKind.LAYER, NormPlaces.SHARED).parallel().build();
  }
}
