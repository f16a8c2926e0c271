package dev.quern.formats.adapter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the tensors of a base that an adapter's modules stand for, whoever named them.
///
/// kohya's names are those of diffusers with `_` for `.`; in a file of Stable Diffusion's own names
/// the blocks of its U-Net are numbered otherwise:
///
/// | diffusers | Stable Diffusion |
/// |---|---|
/// | `down_blocks.I.resnets.J`, `.attentions.J` | `input_blocks.(3I+J+1).0`, `.1` |
/// | `down_blocks.I.downsamplers.0.conv` | `input_blocks.(3I+3).0.op` |
/// | `mid_block.resnets.J`, `.attentions.0` | `middle_block.2J`, `middle_block.1` |
/// | `up_blocks.I.resnets.J`, `.attentions.J` | `output_blocks.(3I+J).0`, `.1` |
/// | `up_blocks.I.upsamplers.0.conv` | `output_blocks.(3I+2).1` or `.2`, `.conv` |
public final class ModuleNames {
  private static final Pattern COMPONENT =
      Pattern.compile("lora_(?:unet|te|te1|te2|te3|transformer)_(.+)|lycoris_(.+)");
  private static final Pattern PART =
      Pattern.compile("(?:unet|transformer|text_encoder|text_encoder_2|diffusion_model)\\.(.+)");
  private static final List<String> OUTER =
      List.of(
          "model.diffusion_model.",
          "cond_stage_model.transformer.",
          "conditioner.embedders.0.transformer.",
          "unet.",
          "text_encoder.",
          "text_encoder_2.",
          "transformer.");
  private static final Pattern BLOCK =
      Pattern.compile("(down|up)_blocks_(\\d{1,2})_(resnets|attentions)_(\\d{1,2})_(.+)");
  private static final Pattern SAMPLER =
      Pattern.compile("(down|up)_blocks_(\\d{1,2})_(?:down|up)samplers_0_conv");
  private static final Pattern MIDDLE =
      Pattern.compile("mid_block_(resnets|attentions)_(\\d{1,2})_(.+)");
  private static final Map<String, String> RESNET =
      Map.of(
          "conv1", "in_layers_2",
          "conv2", "out_layers_3",
          "time_emb_proj", "emb_layers_1",
          "conv_shortcut", "skip_connection");
  private static final Map<String, String> TOP =
      Map.of(
          "conv_in", "input_blocks_0_0",
          "conv_out", "out_2",
          "time_embedding_linear_1", "time_embed_0",
          "time_embedding_linear_2", "time_embed_2");

  private final Checkpoint base;
  private final Map<String, String> flat = new HashMap<>();

  /// Names in `base`.
  public ModuleNames(Checkpoint base) {
    this.base = base;
    for (SourceTensor tensor : base.tensors()) {
      if (tensor.name().endsWith(".weight")) {
        String module = module(tensor.name());
        flat.putIfAbsent(module.replace('.', '_'), tensor.name());
        for (String outer : OUTER) {
          if (module.startsWith(outer)) {
            flat.putIfAbsent(module.substring(outer.length()).replace('.', '_'), tensor.name());
          }
        }
      }
    }
  }

  private static String module(String weight) {
    return weight.substring(0, weight.length() - ".weight".length());
  }

  /// The weight of `module` in the base, if there is one.
  public Optional<SourceTensor> weight(String module) {
    Optional<SourceTensor> own = base.tensor(module + ".weight").or(() -> base.tensor(module));
    if (own.isPresent()) {
      return own;
    }
    for (String candidate : flattened(module)) {
      String name = flat.get(candidate);
      if (name != null) {
        return base.tensor(name);
      }
    }
    return Optional.empty();
  }

  private static Set<String> flattened(String module) {
    Set<String> names = new LinkedHashSet<>();
    Matcher component = COMPONENT.matcher(module);
    Matcher part = PART.matcher(module);
    if (component.matches()) {
      names.add(component.group(1) == null ? component.group(2) : component.group(1));
    } else if (part.matches()) {
      names.add(part.group(1).replace('.', '_'));
    }
    for (String name : List.copyOf(names)) {
      names.addAll(stableDiffusion(name));
    }
    return names;
  }

  private static List<String> stableDiffusion(String name) {
    List<String> names = new ArrayList<>();
    Optional.ofNullable(TOP.get(name)).ifPresent(names::add);
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      boolean down = block.group(1).equals("down");
      int at = 3 * number(block.group(2)) + number(block.group(4)) + (down ? 1 : 0);
      names.add(
          (down ? "input" : "output") + "_blocks_" + at + inner(block.group(3), block.group(5)));
    }
    Matcher sampler = SAMPLER.matcher(name);
    if (sampler.matches()) {
      int at = 3 * number(sampler.group(2));
      if (sampler.group(1).equals("down")) {
        names.add("input_blocks_" + (at + 3) + "_0_op");
      } else {
        names.add("output_blocks_" + (at + 2) + "_2_conv");
        names.add("output_blocks_" + (at + 2) + "_1_conv");
      }
    }
    Matcher middle = MIDDLE.matcher(name);
    if (middle.matches()) {
      boolean resnet = middle.group(1).equals("resnets");
      int at = resnet ? 2 * number(middle.group(2)) : 1;
      names.add("middle_block_" + at + "_" + (resnet ? resnet(middle.group(3)) : middle.group(3)));
    }
    return names;
  }

  private static String inner(String kind, String rest) {
    return kind.equals("resnets") ? "_0_" + resnet(rest) : "_1_" + rest;
  }

  private static String resnet(String rest) {
    return RESNET.getOrDefault(rest, rest);
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }
}
