"""Writes adapters and what PyTorch makes of a base with them: make-loras.py DELTAS FOLDER

Run with torch 2.14 and safetensors 0.8. DELTAS is what make-deltas.py wrote, whose base is added to. Every folder has an
adapter as PEFT saves it and merged.safetensors: the tensors that change, computed by PEFT's formulas. PEFT itself is not used:
B A in single precision, times the scale, added to the weight and rounded to its type; DoRA divides by the norm of the sum.
kohya/ has a file with kohya's names for a base with Stable Diffusion's own.
"""
import json
import math
import os
import sys

import torch
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)
LAYER = "model.layers.0."


def randn(seed, *shape, scale=0.1):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * scale


def product(a, b, scale, transposed):
    delta = b.float() @ a.float()
    return (delta.T if transposed else delta) * scale


def merged(weight, a, b, scale, transposed=False, magnitude=None):
    delta = product(a, b, scale, transposed)
    if magnitude is None:
        return (weight + delta).to(weight.dtype)
    total = weight + delta
    norm = torch.linalg.norm(total.T if transposed else total, dim=1)
    factor = (magnitude / norm).view(-1, 1)
    return ((factor.T if transposed else factor) * total).to(weight.dtype)


def write(folder, config, tensors, result, container="safetensors"):
    os.makedirs(folder, exist_ok=True)
    base = {"base_model_name_or_path": "tests/base", "peft_type": "LORA", "task_type": "CAUSAL_LM", "bias": "none"}
    with open(os.path.join(folder, "adapter_config.json"), "w") as file:
        json.dump(base | config, file, indent=1)
    tensors = {"base_model.model." + name: tensor.contiguous() for name, tensor in tensors.items()}
    if container == "safetensors":
        save_file(tensors, os.path.join(folder, "adapter_model.safetensors"), {"format": "pt"})
    else:
        torch.save(tensors, os.path.join(folder, "adapter_model.bin"))
    save_file({name: tensor.contiguous() for name, tensor in result.items()}, os.path.join(folder, "merged.safetensors"))


def plain(base, folder):
    """Ranks and scales by pattern, a factor in bfloat16."""
    config = {"r": 8, "lora_alpha": 16, "rank_pattern": {"down_proj": 4}, "alpha_pattern": {r"layers\.\d+\.self_attn\.v_proj": 5}}
    tensors, result = {}, {}
    for i, (module, rank, alpha) in enumerate([("self_attn.q_proj", 8, 16), ("self_attn.v_proj", 8, 5), ("mlp.down_proj", 4, 16)]):
        weight = base[LAYER + module + ".weight"]
        a, b = randn(10 + i, rank, weight.shape[1]), randn(20 + i, weight.shape[0], rank)
        if module.endswith("v_proj"):
            b = b.bfloat16()
        tensors[LAYER + module + ".lora_A.weight"] = a
        tensors[LAYER + module + ".lora_B.weight"] = b
        result[LAYER + module + ".weight"] = merged(weight, a, b, alpha / rank)
    write(os.path.join(folder, "plain"), config, tensors, result)


def stabilized(base, folder):
    """Scaled by the root of the rank, transposed, names with the adapter's, in a .bin."""
    config = {"r": 16, "lora_alpha": 8, "use_rslora": True, "fan_in_fan_out": True}
    name = LAYER + "mlp.up_proj"
    weight = base[name + ".weight"]
    a, b = randn(30, 16, weight.shape[0]), randn(31, weight.shape[1], 16)
    tensors = {name + ".lora_A.default.weight": a, name + ".lora_B.default.weight": b}
    result = {name + ".weight": merged(weight, a, b, 8 / math.sqrt(16), transposed=True)}
    write(os.path.join(folder, "stabilized"), config, tensors, result, "bin")


def dora(base, folder):
    config = {"r": 4, "lora_alpha": 6, "use_dora": True}
    tensors, result = {}, {}
    for i, module in enumerate(["self_attn.o_proj", "mlp.gate_proj"]):
        weight = base[LAYER + module + ".weight"]
        a, b = randn(40 + i, 4, weight.shape[1]), randn(50 + i, weight.shape[0], 4)
        magnitude = torch.linalg.norm(weight.float(), dim=1) + randn(60 + i, weight.shape[0])
        tensors[LAYER + module + ".lora_A.weight"] = a
        tensors[LAYER + module + ".lora_B.weight"] = b
        tensors[LAYER + module + ".lora_magnitude_vector"] = magnitude
        result[LAYER + module + ".weight"] = merged(weight, a, b, 6 / 4, magnitude=magnitude)
    write(os.path.join(folder, "dora"), config, tensors, result)


def embeddings(base, folder):
    """An adapted embedding, and an output matrix and a norm that were trained whole."""
    config = {"r": 8, "lora_alpha": 8, "modules_to_save": ["lm_head"]}
    name = "model.embed_tokens"
    weight = base[name + ".weight"]
    a, b = randn(70, 8, weight.shape[0]), randn(71, weight.shape[1], 8)
    head = randn(72, *base["lm_head.weight"].shape, scale=1).half()
    norm = randn(73, 64, scale=1)
    tensors = {name + ".lora_embedding_A": a, name + ".lora_embedding_B": b, "lm_head.weight": head, "model.norm.modules_to_save.weight": norm}
    result = {name + ".weight": merged(weight, a, b, 1.0, transposed=True), "lm_head.weight": head, "model.norm.weight": norm}
    write(os.path.join(folder, "embeddings"), config, tensors, result)


def kohya(folder):
    """Stable Diffusion's names on one side, diffusers' with _ on the other."""
    os.makedirs(os.path.join(folder, "kohya"), exist_ok=True)
    unet = "model.diffusion_model."
    modules = [
        (unet + "input_blocks.1.1.transformer_blocks.0.attn1.to_q", "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q", (16, 16)),
        (unet + "input_blocks.4.0.in_layers.2", "lora_unet_down_blocks_1_resnets_0_conv1", (8, 4, 3, 3)),
        (unet + "middle_block.1.proj_in", "lora_unet_mid_block_attentions_0_proj_in", (8, 8, 1, 1)),
        (unet + "output_blocks.2.1.conv", "lora_unet_up_blocks_0_upsamplers_0_conv", (8, 8, 3, 3)),
        ("cond_stage_model.transformer.text_model.encoder.layers.0.self_attn.q_proj", "lora_te_text_model_encoder_layers_0_self_attn_q_proj", (16, 16)),
    ]
    base, lora, result = {"model.diffusion_model.out.2.bias": randn(80, 4).half()}, {}, {}
    for i, (own, theirs, shape) in enumerate(modules):
        weight = randn(81 + i, *shape, scale=1).half()
        rank = 4
        down = randn(90 + i, rank, *shape[1:]).half()
        up = randn(100 + i, shape[0], rank, *([1, 1] if len(shape) == 4 else [])).half()
        base[own + ".weight"] = weight
        lora[theirs + ".lora_down.weight"] = down
        lora[theirs + ".lora_up.weight"] = up
        scale = 1.0
        if i != 2:
            lora[theirs + ".alpha"] = torch.tensor(1.0 + i).half()
            scale = (1.0 + i) / rank
        delta = (up.flatten(1).float() @ down.flatten(1).float()).reshape(shape) * scale
        result[own + ".weight"] = (weight + delta).half()
    save_file(base, os.path.join(folder, "kohya", "base.safetensors"))
    save_file(lora, os.path.join(folder, "kohya", "lora.safetensors"))
    save_file(result, os.path.join(folder, "kohya", "merged.safetensors"))


def main(deltas, folder):
    base = load_file(os.path.join(deltas, "base", "model.safetensors"))
    for make in (plain, stabilized, dora, embeddings):
        make(base, folder)
    kohya(folder)


main(*sys.argv[1:])
