#!/usr/bin/env python3
"""Makes the two tiny models of GoldenEvaluationTest and CalibrationTest, and writes down what llama-perplexity and llama-imatrix say of them.

Usage: make_golden.py TEXT FOLDER
TEXT gives its first 6,000 bytes as text.txt. Needs numpy, the gguf package and llama-perplexity and llama-imatrix of llama.cpp on the PATH.
Made with llama.cpp 0.7.0 and gguf 0.19 from examples/novella/eval.txt.
"""
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType

HIDDEN, FEED_FORWARD, HEADS, KV_HEADS, BLOCKS = 32, 64, 4, 2, 2
CONTEXT, CHUNKS = 128, 9


def byte_letters():
    """The letter that stands for each byte in a byte-level vocabulary."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    letters = {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(others)}
    return [letters[b] for b in range(256)]


def vocabulary():
    merges = ["t h", "h e", "th e", "i n", "e r", "a n", "an d", "Ġ the", "Ġ and", "o u"]
    return ["<s>", *byte_letters(), *(merge.replace(" ", "") for merge in merges)], merges


def write(path, seed, noise, kind):
    tokens, merges = vocabulary()
    weights, blur = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    out = GGUFWriter(path, "llama")
    out.add_context_length(256), out.add_embedding_length(HIDDEN), out.add_block_count(BLOCKS)
    out.add_feed_forward_length(FEED_FORWARD), out.add_head_count(HEADS), out.add_head_count_kv(KV_HEADS)
    out.add_layer_norm_rms_eps(1e-5), out.add_rope_dimension_count(HIDDEN // HEADS), out.add_vocab_size(len(tokens))
    out.add_tokenizer_model("gpt2"), out.add_tokenizer_pre("gpt-2")
    out.add_token_list(tokens), out.add_token_merges(merges)
    out.add_token_types([TokenType.CONTROL] + [TokenType.NORMAL] * (len(tokens) - 1))
    out.add_bos_token_id(0), out.add_eos_token_id(0), out.add_add_bos_token(True)

    def matrix(name, rows, columns, scale):
        values = weights.standard_normal((rows, columns)) * scale / columns**0.5
        out.add_tensor(name, (values * (1 + noise * blur.standard_normal(values.shape))).astype(np.float16).astype(kind))

    def norm(name):
        out.add_tensor(name, (1 + 0.1 * weights.standard_normal(HIDDEN)).astype(np.float32))

    matrix("token_embd.weight", len(tokens), HIDDEN, 1)
    norm("output_norm.weight")
    for i in range(BLOCKS):
        norm(f"blk.{i}.attn_norm.weight"), norm(f"blk.{i}.ffn_norm.weight")
        for name, rows in (("attn_q", HIDDEN), ("attn_k", HIDDEN * KV_HEADS // HEADS), ("attn_v", HIDDEN * KV_HEADS // HEADS), ("attn_output", HIDDEN)):
            matrix(f"blk.{i}.{name}.weight", rows, HIDDEN, 1.5)
        for name, rows, columns in (("ffn_gate", FEED_FORWARD, HIDDEN), ("ffn_up", FEED_FORWARD, HIDDEN), ("ffn_down", HIDDEN, FEED_FORWARD)):
            matrix(f"blk.{i}.{name}.weight", rows, columns, 1.5)
    out.write_header_to_file(), out.write_kv_data_to_file(), out.write_tensors_to_file(), out.close()


def perplexity(*arguments):
    command = ["llama-perplexity", "-c", str(CONTEXT), "-t", "1", "-fa", "off", "-ctk", "f32", "-ctv", "f32", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace").stdout


def importance(folder, model):
    for form in ("gguf", "dat"):
        command = ["llama-imatrix", "-m", model.name, "-f", "text.txt", "-o", f"imatrix.{form}", "--output-format", form, "--process-output", "--no-ppl"]
        command += ["-c", str(CONTEXT), "--chunks", str(CHUNKS), "-t", "1", "-fa", "off", "-ctk", "f32", "-ctv", "f32"]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)


def main():
    text, folder = Path(sys.argv[1]), Path(sys.argv[2])
    (folder / "text.txt").write_bytes(text.read_bytes()[:6000])
    write(folder / "base.gguf", 1, 0, np.float16), write(folder / "candidate.gguf", 1, 0.03, np.float16)
    # the same weights in F32: beside F16 weights, and in flash attention, llama.cpp rounds activations to F16
    base, candidate, logits = folder / "base-f32.gguf", folder / "candidate-f32.gguf", folder / "base.logits"
    write(base, 1, 0, np.float32), write(candidate, 1, 0.03, np.float32)
    perplexity("-m", base, "-f", folder / "text.txt", "--chunks", CHUNKS, "--kl-divergence-base", logits)
    said = ""
    while "\nSame top p:" not in said:  # it can lose its last line at exit
        said = perplexity("-m", candidate, "--kl-divergence", "--kl-divergence-base", logits)
    importance(folder, base)
    logits.unlink(), base.unlink(), candidate.unlink()
    number = r"\s*:?\s*(-?[\d.]+)(?:%?\s*±\s*([\d.]+))?"
    figures = {"context": CONTEXT, "chunks": CHUNKS}
    for key, label in (("ppl.value", r"Mean PPL\(Q\) "), ("ppl.base", r"Mean PPL\(base\) "), ("ppl.log_ratio", r"Mean ln\(PPL\(Q\)/PPL\(base\)\)"),
                       ("kld.mean", "Mean    KLD"), ("kld.max", "Maximum KLD"), ("kld.p999", "99.9%   KLD"), ("kld.p99", "99.0%   KLD"),
                       ("kld.p95", "95.0%   KLD"), ("kld.p90", "90.0%   KLD"), ("kld.median", "Median  KLD"), ("dp.mean", "Mean    Δp"),
                       ("dp.rms", "RMS Δp"), ("top1", "Same top p"), ("ppl.correlation", r"Cor\(ln\(PPL\(Q\)\), ln\(PPL\(base\)\)\)"),
                       ("ppl.difference", r"Mean PPL\(Q\)-PPL\(base\)"), ("dp.max", "Maximum Δp"), ("dp.p999", r"99\.9%   Δp"),
                       ("dp.p990", r"99\.0%   Δp"), ("dp.p950", r"95\.0%   Δp"), ("dp.p900", r"90\.0%   Δp"), ("dp.p750", r"75\.0%   Δp"),
                       ("dp.median", "Median  Δp"), ("dp.p250", r"25\.0%   Δp"), ("dp.p100", r"10\.0%   Δp"), ("dp.p050", r" 5\.0%   Δp"),
                       ("dp.p010", r" 1\.0%   Δp"), ("dp.p001", r" 0\.1%   Δp"), ("dp.min", "Minimum Δp")):
        value, error = re.search("^" + label + number, said, re.MULTILINE).groups()
        figures[key] = value
        if error:
            figures[key + ".error"] = error
    (folder / "llama-perplexity.properties").write_text("".join(f"{key}={value}\n" for key, value in figures.items()))


main()
