#!/usr/bin/env python3
"""Prints the largest difference of two logits files over the second one's standard deviation: same-logits.py OURS THEIRS"""
import sys

from safetensors.numpy import load_file

ours, theirs = (load_file(path)["logits"].reshape(-1) for path in sys.argv[1:3])
print(f"logits: max |difference| {abs(ours - theirs).max():.3g}, standard deviation {theirs.std():.3g}, ratio {abs(ours - theirs).max() / theirs.std():.3g} (at most 2e-3)")
