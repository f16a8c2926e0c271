#!/usr/bin/env python3
"""Captures which types llama-quantize gives the tensors of models of many shapes, by its --dry-run.

Usage: capture-recipes.py LLAMA_QUANTIZE OUTPUT_FILE
LLAMA_QUANTIZE may be a command with arguments. Needs numpy and gguf. Made with llama.cpp 0.7.0.

The file, to be packed with gzip -9n, has, for each model, a line "model NAME ARCHITECTURE LAYERS HEADS KV_HEADS EXPERTS", a line "tensor NAME KEPT
EXTENT…" for each tensor in the order of the output, and a line "types OPTIONS… RECIPE: TYPE*COUNT…" for each run, with
the types in that order, or "error" if there is no output.
"""
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile

import gguf
import numpy as np

RECIPES = """F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K
Q3_K Q4_K Q5_K IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ2_M IQ3_XXS IQ3_XS IQ3_S IQ3_M IQ4_NL IQ4_XS TQ1_0 TQ2_0 Q1_0 Q2_0
Q2_K_S MXFP4_MOE""".split()
# those whose choices depend on it
WITH_IMPORTANCE = """Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q2_K_S Q4_K_M IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ2_M IQ3_XXS IQ3_XS IQ3_S IQ3_M
IQ4_NL IQ4_XS MXFP4_MOE""".split()
LINE = re.compile(r"^\[ *\d+/ *\d+\] +(\S+) +- \[([^]]*)\], type = +(\w+), size = .*?(?:\((\w+)\))?$")
OPTIONS = [
    "--pure Q4_K_M",
    "--pure Q6_K",
    "--output-tensor-type Q8_0 Q4_K_M",
    "--token-embedding-type Q3_K Q4_K_M",
    "--token-embedding-type F16 --output-tensor-type BF16 Q5_K_M",
    "--output-tensor-type Q5_0 F16",
    "--tensor-type ffn_down=q8_0 Q4_K_M",
    "--tensor-type attn_v=f16 --tensor-type attn=q5_1 Q3_K_M",
    r"--tensor-type blk\.[0-3]\..*ffn=q6_k Q4_K_S",
    "--tensor-type ffn_up=q6_k Q8_0",
    "--tensor-type ffn_up=q6_k BF16",
]


def layer(i, width, inner, kv, fused=False, experts=0, shared=False, norms=True):
    at = f"blk.{i}."
    if norms:
        yield at + "attn_norm.weight", (width,)
        yield at + "ffn_norm.weight", (width,)
    if fused:
        yield at + "attn_qkv.weight", (width, width + 2 * kv)
        yield at + "attn_qkv.bias", (width + 2 * kv,)
    else:
        yield at + "attn_q.weight", (width, width)
        yield at + "attn_k.weight", (width, kv)
        yield at + "attn_v.weight", (width, kv)
    yield at + "attn_output.weight", (width, width)
    if experts:
        yield at + "ffn_gate_inp.weight", (width, experts)
        yield at + "ffn_gate_exps.weight", (width, inner, experts)
        yield at + "ffn_up_exps.weight", (width, inner, experts)
        yield at + "ffn_down_exps.weight", (inner, width, experts)
        if shared:
            yield at + "ffn_down_shexp.weight", (inner, width)
    else:
        if not fused:
            yield at + "ffn_gate.weight", (width, inner)
        yield at + "ffn_up.weight", (width, inner)
        yield at + "ffn_down.weight", (inner, width)


def model(width, inner, kv, layers, tied=False, **options):
    yield "token_embd.weight", (width, 64)
    yield "output_norm.weight", (width,)
    if not tied:
        yield "output.weight", (width, 64)
    for i in range(layers):
        yield from layer(i, width, inner, kv, **options)


def with_prediction(tensors, width, layers, predicting):
    """Blocks for multi-token prediction follow the others and count among them."""
    yield from tensors
    for i in range(layers - predicting, layers):
        yield f"blk.{i}.nextn.eh_proj.weight", (2 * width, width)
        yield f"blk.{i}.nextn.enorm.weight", (width,)
        yield f"blk.{i}.nextn.hnorm.weight", (width,)
        yield f"blk.{i}.nextn.shared_head_head.weight", (width, 64)
        yield f"blk.{i}.nextn.shared_head_norm.weight", (width,)


# name: architecture, layers, heads, heads of keys and values, experts, tensors[, blocks for multi-token prediction]
MODELS = {
    "grouped": ("llama", 16, 8, 2, 0, model(256, 512, 64, 16)),
    "pairs": ("llama", 22, 4, 2, 0, model(256, 512, 128, 22)),
    "all-heads": ("llama", 32, 4, 4, 0, model(256, 256, 256, 32, norms=False)),
    "tied": ("llama", 9, 4, 4, 0, model(256, 256, 256, 9, tied=True)),
    "eight-experts": ("llama", 12, 8, 2, 8, model(256, 256, 64, 12, experts=8)),
    "four-experts": ("llama", 12, 4, 2, 4, model(256, 256, 128, 12, experts=4)),
    "eighty-layers": ("llama", 80, 8, 1, 0, model(256, 256, 32, 80, norms=False)),
    "eighty-layers-all-heads": ("llama", 80, 4, 4, 0, model(256, 256, 256, 80, norms=False)),
    "eighty-layers-qwen": ("qwen2", 80, 4, 2, 0, model(256, 256, 128, 80, norms=False)),
    "fused": ("gpt2", 12, 4, 4, 0, model(256, 512, 256, 12, fused=True)),
    "falcon": ("falcon", 32, 4, 1, 0, model(256, 512, 64, 32, fused=True)),
    "rows-of-288": ("llama", 4, 4, 4, 0, model(288, 544, 288, 4)),
    "rows-of-288-tied": ("llama", 4, 4, 4, 0, model(288, 512, 288, 4, tied=True)),
    "predicting": ("glm4", 17, 4, 2, 0, with_prediction(model(256, 512, 128, 17), 256, 17, 1), 1),
    "predicting-experts": (
        "glm4moe", 18, 8, 2, 8, with_prediction(model(256, 256, 64, 18, experts=8, shared=True), 256, 18, 2), 2),
    "rows-of-40": ("llama", 3, 4, 4, 0, model(40, 256, 40, 3)),
}


def write(path, architecture, layers, heads, kv_heads, experts, tensors, predicting=0):
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(64)
    writer.add_embedding_length(256)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(512)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_layer_norm_eps(1e-5)
    if experts:
        writer.add_expert_count(experts)
        writer.add_expert_used_count(2)
        writer.add_expert_feed_forward_length(256)
        writer.add_expert_shared_count(1)
        writer.add_leading_dense_block_count(0)
    if predicting:
        writer.add_nextn_predict_layers(predicting)
        writer.add_rope_dimension_count(64)
    for name, extents in tensors:
        kind = np.float16 if len(extents) > 1 and "gate_inp" not in name else np.float32
        writer.add_tensor(name, np.zeros(tuple(reversed(extents)), kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_importance(path):
    """An importance matrix of one tensor, in the old format."""
    name = b"blk.0.attn_q.weight"
    values = struct.pack("<256f", *[1.0] * 256)
    entry = struct.pack("<i", len(name)) + name + struct.pack("<ii", 1, 256) + values
    with open(path, "wb") as out:
        out.write(struct.pack("<i", 1) + entry + struct.pack("<ii", 1, 4) + b"text")


def run(quantize, source, options):
    *flags, recipe = options.split()
    if "--imatrix" in flags:
        flags.insert(flags.index("--imatrix") + 1, source + ".imatrix")
    command = shlex.split(quantize) + flags + ["--dry-run", source, recipe, "1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    tensors, warned = [], ""
    for line in done.stdout.splitlines():
        # a warning about a fallback may stand before the rest of the line
        found = LINE.match(line[line.rfind("[", 0, line.find("/")) :] if "/" in line else line)
        if found:
            name, extents, kept, made = found.groups()
            tensors.append((name, kept, [int(e) for e in extents.split(",")], made or kept))
    return tensors if done.returncode == 0 else None


def short(types):
    runs = []
    for kind in types:
        if runs and runs[-1][0] == kind:
            runs[-1][1] += 1
        else:
            runs.append([kind, 1])
    return " ".join(f"{kind.upper()}*{count}" for kind, count in runs)


def main(quantize, output):
    with open(output, "w") as out, tempfile.TemporaryDirectory(dir=os.path.dirname(output) or ".") as folder:
        for name, (architecture, layers, heads, kv_heads, experts, tensors, *predicting) in MODELS.items():
            path = f"{folder}/{name}.gguf"
            tensors = list(tensors)
            write(path, architecture, layers, heads, kv_heads, experts, tensors, *predicting)
            write_importance(path + ".imatrix")
            out.write(f"model {name} {architecture} {layers} {heads} {kv_heads} {experts}\n")
            ordered = run(quantize, path, "F16")
            assert len(ordered) == len(tensors), (name, len(ordered), len(tensors))
            for tensor, kept, extents, _ in ordered:
                while len(extents) > 1 and extents[-1] == 1:
                    extents.pop()
                out.write(f"tensor {tensor} {kept.upper()} {' '.join(map(str, extents))}\n")
            for options in RECIPES + OPTIONS + [f"--imatrix {recipe}" for recipe in WITH_IMPORTANCE]:
                made = run(quantize, path, options)
                assert made is None or [t[0] for t in made] == [t[0] for t in ordered]
                types = "error" if made is None else short([t[3] for t in made])
                out.write(f"types {options}: {types}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
