#!/usr/bin/env python3
"""How far float32 is from float64 in models of make-families.py: how much of a difference from PyTorch's logits is rounding.

Usage: measure-rounding.py MODEL...
For each MODEL (a folder of a family that transformers has a class for, with MODEL.logits beside it where `quern logits` was run):
the largest and the mean difference from PyTorch's logits in float64, over their standard deviation, of PyTorch's in float32
and of quern's, and how far PyTorch's vectors are from one another, relative, after blocks evenly apart.
"""
import os
import sys

import torch
import transformers as tf
from safetensors.torch import load_file


def computed(folder, ids, type):
    """Logits and the vectors after each block. Classes compute norms, angles and softmax in float32, which is made float64 too."""
    model = tf.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval().to(type)
    vectors = []
    for block in model.model.layers:
        block.register_forward_hook(lambda module, given, out: vectors.append((out[0] if isinstance(out, tuple) else out).double()))
    single, softmax = torch.Tensor.float, torch.nn.functional.softmax
    if type == torch.float64:
        torch.Tensor.float = torch.Tensor.double
        torch.nn.functional.softmax = lambda x, dim=-1, dtype=None: softmax(x, dim=dim)
    try:
        with torch.no_grad():
            logits = model(input_ids=ids, use_cache=False).logits
    finally:
        torch.Tensor.float, torch.nn.functional.softmax = single, softmax
    if logits.dtype != type:
        sys.exit(f"{folder}: computed in {logits.dtype}")
    return logits.double(), vectors


def apart(got, want):
    difference = (got - want).abs() / want.std()
    return f"{difference.max():.1e} mean {difference.mean():.1e}"


def main():
    tf.logging.set_verbosity_error(), tf.logging.disable_progress_bar()
    for folder in sys.argv[1:]:
        ids = load_file(f"{folder}/expected.safetensors")["input_ids"].long()
        (exact, wide), (rounded, narrow) = (computed(folder, ids, type) for type in (torch.float64, torch.float32))
        line = f"{os.path.basename(folder)}: PyTorch {apart(rounded, exact)}"
        if os.path.exists(folder + ".logits"):
            line += "; quern " + apart(load_file(folder + ".logits")["logits"].double().reshape(exact.shape), exact)
        growth = [((a - b).norm() / b.norm()).item() for a, b in zip(narrow, wide)]
        print(line + "; after blocks " + " ".join(f"{g:.0e}" for g in growth[::max(1, len(growth) // 8)]), flush=True)


main()
