#!/usr/bin/env python3
"""Makes checkpoints in NVFP4 and what the reference makes of them: make-nvfp4.py MODEL OUT [CONVERTER...]

MODEL is a small LLaMA in BF16 with its tokenizer. OUT gets, for the layouts of Model Optimizer and of compressed-tensors,
a folder with config.json and model.safetensors (the tokenizer is MODEL's), and reference.json: type and SHA-256 of each
tensor of the file that llama.cpp's converter (CONVERTER, default convert_hf_to_gguf.py on the path) makes of it.
Made with llama.cpp 0.7.0, gguf-py 0.19, torch 2.14, safetensors 0.8.
"""
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from gguf import GGUFReader
from safetensors.torch import load_file, save_file

LEVELS = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])


def quantized(weight):
    """Codes, scales of groups of 16, and the scale of all, as Model Optimizer chooses them."""
    groups = weight.float().reshape(weight.shape[0], -1, 16)
    peak = groups.abs().amax(2)
    second = peak.max() / 6 / 448
    scale = (peak / 6 / second).to(torch.float8_e4m3fn)
    steps = groups / (scale.float() * second).clamp(min=1e-12)[:, :, None]
    nearest = (steps.abs()[..., None] - LEVELS).abs().argmin(-1)
    codes = (nearest | (steps < 0) * 8).to(torch.uint8).reshape(weight.shape)
    return codes[:, 0::2] | codes[:, 1::2] << 4, scale, second


def write(folder, model, config, tensors):
    folder.mkdir(parents=True, exist_ok=True)
    whole = json.load(open(model / "config.json"))
    whole["quantization_config"] = config
    (folder / "config.json").write_text(json.dumps(whole, indent=1) + "\n")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors")


def reference(folder, model, converter):
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "model"
        shutil.copytree(folder, whole)
        for name in ("tokenizer.model", "tokenizer_config.json", "generation_config.json"):
            shutil.copy(model / name, whole)
        out = Path(scratch) / "out.gguf"
        subprocess.run([*converter, str(whole), "--outfile", str(out), "--outtype", "bf16"], check=True)
        reader = GGUFReader(out)
        tensors = {t.name: f"{t.tensor_type.name} {hashlib.sha256(t.data.tobytes()).hexdigest()[:32]}" for t in reader.tensors}
        kind = int(reader.fields["general.file_type"].parts[-1][0])
        (folder / "reference.json").write_text(json.dumps({"file_type": kind, "tensors": tensors}, indent=1) + "\n")


def main():
    model, out = Path(sys.argv[1]), Path(sys.argv[2])
    converter = sys.argv[3:] or ["convert_hf_to_gguf.py"]
    optimizer, compressed = {}, {}
    for name, tensor in load_file(model / "model.safetensors").items():
        if "_proj." not in name:
            optimizer[name] = compressed[name] = tensor
            continue
        packed, scale, second = quantized(tensor)
        module = name.removesuffix(".weight")
        one = module.endswith("o_proj")
        optimizer.update({name: packed, name + "_scale": scale, name + "_scale_2": torch.tensor(1.0) if one else second,
                          module + ".input_scale": torch.tensor(0.0371)})
        compressed.update({name + "_packed": packed, name + "_scale": scale, name + "_global_scale": (1 / second).reshape(1),
                           module + ".input_global_scale": torch.tensor([1.0 if one else 26.5])})
    write(out / "modelopt", model, {"quant_method": "modelopt", "quant_algo": "NVFP4"}, optimizer)
    group = {"format": "nvfp4-pack-quantized", "weights": {"num_bits": 4, "type": "float", "group_size": 16}}
    write(out / "compressed-tensors", model,
          {"quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized", "config_groups": {"group_0": group}}, compressed)
    for name in ("modelopt", "compressed-tensors"):
        reference(out / name, model, converter)


main()
