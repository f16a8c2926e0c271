#!/usr/bin/env python3
"""Makes the golden files of conversions from GGUF: make-gguf-goldens.py OUT_FOLDER

Writes source.gguf (a LLaMA of four blocks with rows of 256 in F16), types.gguf (the same with a tensor of every type
that llama-quantize writes) and goldens.json: for each case what quern's `convert` is given and the SHA-256 of the files
that llama-quantize or llama-gguf-split make. Needs numpy, gguf and both programs on the path.
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

BLOCKS = 4
MATRICES = "attn_q attn_k attn_v attn_output ffn_gate ffn_up ffn_down".split()
TYPES = """q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq2_xxs iq2_xs iq3_xxs iq1_s iq4_nl iq3_s iq2_s iq4_xs iq1_m
bf16 tq1_0 tq2_0 mxfp4 nvfp4 q1_0 q2_0""".split()
RECIPES = """F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K IQ3_S IQ3_M
IQ4_NL IQ4_XS TQ1_0 TQ2_0 MXFP4_MOE Q1_0 Q2_0""".split()
OVERRIDES = """llama.rope.freq_base=float:12345.678 general.name=str:other:a=b x.count=int:77 x.flag=bool:true
llama.context_length=int:128""".split()


def begin(path):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("golden")
    writer.add_context_length(64)
    writer.add_embedding_length(256)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(256)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(64)
    writer.add_file_type(1)
    return writer


def end(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_source(path):
    random = np.random.default_rng(11)
    writer = begin(path)

    def matrix(name):
        writer.add_tensor(name, (random.standard_normal((2, 256)) * 0.05).astype(np.float16))

    def vector(name):
        writer.add_tensor(name, random.standard_normal(32).astype(np.float32))

    matrix("token_embd.weight")
    for i in range(BLOCKS):
        vector(f"blk.{i}.ffn_norm.weight")
        for name in reversed(MATRICES):
            matrix(f"blk.{i}.{name}.weight")
        vector(f"blk.{i}.attn_norm.weight")
    vector("output_norm.weight")
    matrix("output.weight")
    end(writer)


def write_zeros(path):
    """Large enough to be cut by size; the test writes the same."""
    writer = begin(path)
    for i, rows in enumerate([400, 700, 1200, 100, 900, 50, 948]):
        writer.add_tensor(f"t{i}.weight", np.zeros((rows, 256), np.float32))
    end(writer)


def write_importance(path):
    names = [f"blk.{i}.{name}.weight" for i in range(BLOCKS) for name in MATRICES]
    with open(path, "wb") as out:
        out.write(struct.pack("<i", len(names)))
        for name in names:
            out.write(struct.pack("<i", len(name)) + name.encode() + struct.pack("<ii", 1, 256))
            out.write(struct.pack("<256f", *[1 + (j % 7) / 8 for j in range(256)]))
        out.write(struct.pack("<ii", 1, 4) + b"text")


def run(*command, folder=None):
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main(folder):
    folder = os.path.abspath(folder)
    source, types = f"{folder}/source.gguf", f"{folder}/types.gguf"
    write_source(source)
    cases = {}
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        write_importance(f"{scratch}/importance")
        places = [f"blk\\.{i}\\.{name}" for i in range(BLOCKS) for name in MATRICES]
        each = [word for place, kind in zip(places, TYPES) for word in ("--tensor-type", f"{place}={kind}")]
        # the name of the matrix is in the file's metadata: without its folder
        run("llama-quantize", "--imatrix", "importance", *each, source, types, "Q8_0", folder=scratch)
        zeros = f"{scratch}/zeros.gguf"
        write_zeros(zeros)
        cases["zeros"] = {"files": {"zeros.gguf": digest(zeros)}}

        def case(name, start, options, *commands):
            out = f"{scratch}/{name}"
            os.mkdir(out)
            for command in commands:
                run(*[word.replace("OUT", out) for word in command])
            files = {file: digest(f"{out}/{file}") for file in sorted(os.listdir(out)) if file.startswith("m")}
            cases[name] = {"source": start, "options": options, "files": files}

        def quantized(name, start, options, kind):
            path = {"source": source, "types": types, "parts": f"{scratch}/parts/m-00001-of-00006.gguf"}[start]
            case(name, start, ["--to", kind] + options, ["llama-quantize", *options, path, "OUT/m.gguf", kind])

        def cut(name, start, options):
            case(name, start, ["--to", "COPY"] + options,
                 ["llama-gguf-split", *options, {"source": source, "zeros": zeros}[start], "OUT/m"])

        quantized("copy", "source", [], "COPY")
        quantized("copy-types", "types", [], "COPY")
        for recipe in RECIPES:
            quantized("requantize-" + recipe, "types", ["--allow-requantize"], recipe)
        quantized("leave-output", "types", ["--allow-requantize", "--leave-output-tensor"], "Q4_K_M")
        for layers in ("0", "1", "3", "0,2", "2,1"):
            quantized("prune-" + layers, "source", ["--prune-layers", layers], "Q4_K_M")
        quantized("prune-copy", "source", ["--prune-layers", "1"], "COPY")
        overrides = [word for override in OVERRIDES for word in ("--override-kv", override)]
        quantized("override", "source", overrides, "Q5_K_M")
        quantized("override-and-prune", "source", overrides + ["--prune-layers", "0"], "Q8_0")
        quantized("override-experts", "source", ["--override-kv", "llama.attention.head_count_kv=int:1"], "Q4_K_M")
        cut("parts", "source", ["--split-max-tensors", "7"])
        cut("parts-empty-first", "source", ["--split-max-tensors", "16", "--no-tensor-first-split"])
        cut("parts-one", "source", ["--split-max-tensors", "1000"])
        cut("parts-size", "zeros", ["--split-max-size", "1M"])
        cut("parts-size-empty-first", "zeros", ["--split-max-size", "2M", "--no-tensor-first-split"])
        case("joined", "parts", ["--to", "COPY"],
             ["llama-gguf-split", "--merge", f"{scratch}/parts/m-00001-of-00006.gguf", "OUT/m.gguf"])
        quantized("joined-quantized", "parts", [], "Q4_K_M")
        for recipe in ("COPY", "Q8_0", "Q4_K_M"):
            quantized("kept-" + recipe, "parts", ["--keep-split"], recipe)
        quantized("kept-pruned", "parts", ["--keep-split", "--prune-layers", "1"], "Q5_K_M")
        quantized("kept-one", "source", ["--keep-split"], "Q8_0")
        case("quantized-parts", "source", ["--to", "Q5_K_M", "--split-max-tensors", "9"],
             ["llama-quantize", source, "OUT/whole.gguf", "Q5_K_M"],
             ["llama-gguf-split", "--split-max-tensors", "9", "OUT/whole.gguf", "OUT/m"])
        case("rejoined-parts", "parts", ["--to", "COPY", "--split-max-tensors", "20"],
             ["llama-gguf-split", "--merge", f"{scratch}/parts/m-00001-of-00006.gguf", "OUT/whole.gguf"],
             ["llama-gguf-split", "--split-max-tensors", "20", "OUT/whole.gguf", "OUT/m"])
    with open(f"{folder}/goldens.json", "w") as out:
        json.dump(cases, out, indent=1)


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


main(sys.argv[1])
