#!/usr/bin/env python3
"""Makes the model, the importance matrices and the hashes of ImportanceGoldenTest: make-importance-goldens.py, in the
folder of this module (the matrix's path is part of what llama-quantize writes).

The model has a dense block and one with four experts. The first matrix has an expert that was never asked (count 0),
columns and whole blocks of importance 0, a tensor of experts with one count for all, and one for the output; the second
is llama-imatrix's older format, without the values that only the first can hold.
Made with llama.cpp 0.7.0 and gguf-py 0.19, x86-64.
"""
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

import gguf
import numpy as np

FOLDER = "src/test/resources/importance"
RECIPES = """Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q2_K_S Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K IQ1_S IQ1_M IQ2_XXS
IQ2_XS IQ2_S IQ2_M IQ3_XXS IQ3_XS IQ3_S IQ3_M IQ4_NL IQ4_XS TQ1_0 TQ2_0 Q1_0 Q2_0 MXFP4_MOE F32""".split()
SHAPES = {  # numpy order
    "token_embd.weight": (4, 256),
    "output_norm.weight": (256,),
    "output.weight": (4, 256),
    "blk.0.attn_norm.weight": (256,),
    "blk.0.attn_q.weight": (5, 512),
    "blk.0.attn_k.weight": (4, 256),
    "blk.0.attn_v.weight": (4, 256),
    "blk.0.attn_output.weight": (3, 256),
    "blk.0.ffn_up.weight": (2, 384),
    "blk.0.ffn_down.weight": (2, 768),
    "blk.1.attn_q.weight": (2, 256),
    "blk.1.attn_k.weight": (2, 256),
    "blk.1.attn_v.weight": (2, 256),
    "blk.1.ffn_gate_inp.weight": (4, 256),
    "blk.1.ffn_up_exps.weight": (4, 3, 256),
    "blk.1.ffn_gate_exps.weight": (4, 3, 256),
    "blk.1.ffn_down_exps.weight": (4, 2, 512),
}
random = np.random.default_rng(31)


def write_model(path):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(2)
    writer.add_context_length(64)
    writer.add_embedding_length(256)
    writer.add_feed_forward_length(512)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_expert_count(4)
    writer.add_expert_used_count(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(4)
    for name, shape in SHAPES.items():
        x = random.standard_normal(shape) * 0.05 * np.exp(random.standard_normal(shape) / 2)
        writer.add_tensor(name, x.astype(np.float32 if len(shape) == 1 or "gate_inp" in name else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def entries():
    for name, shape in SHAPES.items():
        if len(shape) == 1 or "token_embd" in name or "gate_inp" in name:
            continue
        matrices = shape[0] if len(shape) == 3 else 1
        squares = (random.standard_normal((matrices, shape[-1])) ** 2 * 300).astype(np.float32)
        counts = random.integers(90, 400, (matrices, 1)).astype(np.float32)
        squares[:, 7] = 0
        if "attn_q" in name:
            squares[0, 0:256] = 0
        if "attn_v" in name:
            squares[0, 32:64] = 0
        if "ffn_down" in name:
            squares[0, 16:24] = 0
        if "ffn_up_exps" in name:
            squares[2] = 0
            counts[2] = 0
        if "ffn_gate_exps" in name:
            counts = counts[:1]
        yield name, squares, counts


def write_gguf(path):
    writer = gguf.GGUFWriter(path, "")
    writer.kv_data[0].clear()
    writer.add_type("imatrix")
    writer.add_array("imatrix.datasets", ["a text.txt", "another.txt"])
    writer.add_uint32("imatrix.chunk_count", 6)
    writer.add_uint32("imatrix.chunk_size", 64)
    for name, squares, counts in entries():
        writer.add_tensor(name + ".in_sum2", squares)
        writer.add_tensor(name + ".counts", counts)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_dat(path):
    stored = [entry for entry in entries() if entry[0] != "output.weight"]
    with open(path, "wb") as out:
        out.write(struct.pack("<i", len(stored)))
        for name, squares, counts in stored:
            calls = int(counts.max())
            out.write(struct.pack("<i", len(name)) + name.encode() + struct.pack("<ii", calls, squares.size))
            out.write(squares.tobytes())


def main():
    model = os.path.join(FOLDER, "model.gguf")
    write_model(model)
    hashes = {}
    for name, write in (("imatrix.gguf", write_gguf), ("imatrix.dat", write_dat)):
        matrix = os.path.join(FOLDER, name)
        write(matrix)
        for label, options in (("", []), (" without attn", ["--exclude-weights", "attn_", "--exclude-weights", "zzz"]),
                               (" only ffn and attn_k", ["--include-weights", "ffn", "--include-weights", "attn_k"])):
            hashes[name + label] = {}
            for recipe in RECIPES if not label else ["Q4_K_M", "IQ4_XS"]:
                with tempfile.NamedTemporaryFile() as out:
                    command = ["llama-quantize", "--imatrix", matrix, *options, model, out.name, recipe]
                    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    if done.returncode:
                        sys.exit(recipe + "\n" + done.stdout.decode()[-2000:])
                    hashes[name + label][recipe] = hashlib.sha256(open(out.name, "rb").read()).hexdigest()
    with open(os.path.join(FOLDER, "goldens.json"), "w") as f:
        json.dump(hashes, f, indent=1)
        f.write("\n")


main()
