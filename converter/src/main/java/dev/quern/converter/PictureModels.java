package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.quantizers.recipe.TensorFacts;
import java.util.List;
import java.util.Optional;

/// The families of models that make pictures, told by the names of their tensors.
///
/// | `general.architecture` | model | tensors that show it |
/// |---|---|---|
/// | `flux` | Flux | `double_blocks` with `img_attn.proj`, or diffusers' single blocks |
/// | `sd3` | Stable Diffusion 3 | `joint_blocks`, or diffusers' blocks with added queries |
/// | `sdxl` | Stable Diffusion XL | U-Net with an added embedding |
/// | `sd1` | Stable Diffusion 1 and 2 | U-Net without |
///
/// Names may begin with `model.diffusion_model.`, as in a file that has all of a pipeline. The ids
/// are those that ComfyUI-GGUF looks for, which has none of its own for Stable Diffusion 2.
final class PictureModels {
  private static final List<String> PREFIXES =
      List.of("", "model.diffusion_model.", "diffusion_model.", "unet.", "transformer.");

  private static final List<Family> FAMILIES =
      List.of(
          new Family("flux", "double_blocks.0.img_attn.proj.weight"),
          new Family(
              "flux",
              "transformer_blocks.0.attn.add_q_proj.weight",
              "single_transformer_blocks.0.attn.to_q.weight"),
          new Family("sd3", "joint_blocks.0.x_block.attn.qkv.weight"),
          new Family("sd3", "transformer_blocks.0.attn.add_q_proj.weight", "pos_embed.proj.weight"),
          new Family(
              "sdxl", "down_blocks.0.downsamplers.0.conv.weight", "add_embedding.linear_1.weight"),
          new Family("sdxl", "input_blocks.3.0.op.weight", "label_emb.0.0.weight"),
          new Family(
              "sd1", "down_blocks.0.downsamplers.0.conv.weight", "time_embedding.linear_1.weight"),
          new Family("sd1", "input_blocks.3.0.op.weight", "time_embed.0.weight"));

  /// Parts of the names of small matrices at the two ends of a model, which programs compute with
  /// at full precision.
  private static final List<String> ENDS =
      List.of(
          "img_in.",
          "txt_in.",
          "time_in.",
          "vector_in.",
          "guidance_in.",
          "final_layer.",
          "time_embed",
          "add_embedding.",
          "label_emb.",
          "x_embedder.",
          "t_embedder.",
          "y_embedder.",
          "context_embedder.",
          "pos_embed",
          "proj_out.weight",
          "norm_out.");

  private record Family(String id, List<String> tensors) {
    Family(String id, String... tensors) {
      this(id, List.of(tensors));
    }

    boolean isIn(Checkpoint checkpoint, String prefix) {
      return tensors.stream().allMatch(name -> checkpoint.tensor(prefix + name).isPresent());
    }
  }

  private PictureModels() {}

  /// The id of the family that `checkpoint` is of, if one is recognized.
  static Optional<String> architecture(Checkpoint checkpoint) {
    return FAMILIES.stream()
        .filter(one -> PREFIXES.stream().anyMatch(prefix -> one.isIn(checkpoint, prefix)))
        .map(Family::id)
        .findFirst();
  }

  /// The ids that can be recognized.
  static List<String> known() {
    return FAMILIES.stream().map(Family::id).distinct().toList();
  }

  /// True if a tensor is not quantized: a vector, a convolution, or one of the ends.
  static boolean keeps(TensorFacts tensor) {
    return tensor.shape().rank() != 2 || ENDS.stream().anyMatch(tensor.name()::contains);
  }
}
