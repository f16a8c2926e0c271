#!/usr/bin/env python3
"""Makes the importance matrices of ImportanceMergeTest: make_importance.py FOLDER

a.gguf, b.gguf and c.dat are put together by hand: dense tensors, experts of which some saw nothing, a gap between the
blocks, layers for multi-token prediction, a tensor that saw nothing at all. NAMES.gguf and NAMES.dat are what
llama-imatrix makes of the files a, b, c in the order of NAMES; stats.txt is what it says of a.gguf.
Made with llama.cpp 0.7.0 and gguf-py 0.19, x86-64.
"""
import os
import struct
import subprocess
import sys

import gguf
import numpy as np

random = np.random.default_rng(8)
TENSORS = [
    ("output.weight", 1, 24),
    ("blk.0.attn_q.weight", 1, 24),
    ("blk.0.ffn_up_exps.weight", 3, 16),
    ("blk.1.attn_q.weight", 1, 24),
    ("blk.1.ffn_up_exps.weight", 3, 16),
    ("blk.2.ffn_up_exps.weight", 3, 16),
    ("blk.3.attn_q.weight", 1, 24),
    ("blk.3.nextn.eh_proj.weight", 1, 8),
    ("blk.10.attn_q.weight", 1, 24),
    ("blk.2.idle.weight", 1, 8),
]


def entries(seed_count):
    for name, matrices, columns in TENSORS:
        counts = random.integers(100, 900, (matrices, 1)).astype(np.float32)
        if "idle" in name:
            counts[:] = 0
        if "blk.1.ffn" in name:
            counts[1] = 0
        means = random.standard_normal((matrices, columns)).astype(np.float32)
        spread = np.exp(random.standard_normal((matrices, columns)) * 2).astype(np.float32)
        yield name, counts, (means * means + spread) * counts, means * counts


def write_gguf(path, chunk, activations, layers):
    writer = gguf.GGUFWriter(path, "")
    writer.kv_data[0].clear()
    writer.add_type("imatrix")
    writer.add_array("imatrix.datasets", [os.path.basename(path) + ".txt", "más.txt"])
    writer.add_uint32("imatrix.chunk_count", 3)
    writer.add_uint32("imatrix.chunk_size", chunk)
    if layers:
        writer.add_uint32("imatrix.n_layer_nextn", layers)
    for name, counts, squares, sums in entries(0):
        writer.add_tensor(name + ".in_sum2", squares)
        writer.add_tensor(name + ".counts", counts)
        if activations:
            writer.add_tensor(name + ".in_sum", sums)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_dat(path):
    with open(path, "wb") as out:
        stored = [entry for entry in entries(0) if entry[1].max() > 0]
        out.write(struct.pack("<i", len(stored)))
        for name, counts, squares, _ in stored:
            values = (squares / np.maximum(counts, 1) * 5).astype(np.float32)
            out.write(struct.pack("<i", len(name)) + name.encode() + struct.pack("<ii", 5, values.size) + values.tobytes())
        out.write(struct.pack("<ii", 5, 5) + b"c.txt")


def reference(folder, *options):
    command = ["llama-imatrix", "-m", "none", *options]
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def main():
    folder = sys.argv[1]
    write_gguf(os.path.join(folder, "a.gguf"), 64, True, 1)
    write_gguf(os.path.join(folder, "b.gguf"), 32, True, 0)
    write_dat(os.path.join(folder, "c.dat"))
    files = {"a": "a.gguf", "b": "b.gguf", "c": "c.dat"}
    for names in ("a-a", "c-c", "a-b", "b-a-b", "a-c", "c-a", "c-a-c"):
        for kind in ("gguf", "dat"):
            inputs = [option for name in names.split("-") for option in ("--in-file", files[name])]
            reference(folder, *inputs, "-o", names + "." + kind, "--output-format", kind)
    for kind in ("gguf", "dat"):
        reference(folder, "--in-file", "a.gguf", "-o", "a-alone." + kind, "--output-format", kind)
        reference(folder, "--in-file", "c.dat", "-o", "c-alone." + kind, "--output-format", kind)
    for name in ("a.gguf", "c.dat"):
        with open(os.path.join(folder, name + ".stats"), "wb") as out:
            out.write(reference(folder, "--in-file", name, "--show-statistics"))


main()
