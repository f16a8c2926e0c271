#!/usr/bin/env python3
"""Makes the golden files of the codecs: weights, and what llama-quantize writes for them.

Usage: make-goldens.py LLAMA_QUANTIZE NOVELLA_FOLDER OUTPUT_FOLDER
LLAMA_QUANTIZE may be a command with arguments. Needs numpy and gguf.

OUTPUT_FOLDER gets inputs.f32, the little-endian floats of all groups one after the other, one TYPE.bin for each type
with the blocks of the same weights, and TYPE.decoded, the CRC-32 of the little-endian floats that gguf-py decodes
from each group.
Made with llama.cpp 0.7.0, the x86-64 build of Debian, and gguf-py 0.19.
"""
import json
import pathlib
import shlex
import struct
import subprocess
import sys
import tempfile
import zlib

import gguf
import numpy as np

TYPES = ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"]
FTYPES = {"Q3_K": "Q3_K_S", "Q4_K": "Q4_K_S", "Q5_K": "Q5_K_S"}
COLUMNS = 768
ROWS = 3


def groups(novella):
    rng = np.random.default_rng(20)
    size = (ROWS, COLUMNS)
    normal = lambda: rng.standard_normal(size)
    yield "gaussian", 0.02 * normal()
    yield "gaussian-half", normal().astype(np.float16)
    yield "gaussian-bfloat", normal().astype(np.float32).view(np.uint32) >> 16 << 16
    yield "heavy-tails", 0.01 * rng.standard_t(2, size)
    zeros = np.zeros(size)
    zeros[1, 300:] = 0.01 * normal()[1, 300:]
    zeros[2] = -0.0
    yield "zeros", zeros
    constants = np.repeat(normal()[:, ::32], 32, axis=1)
    constants[1, 256:512] = 0.75
    constants[2, 256:512] = -0.75
    yield "constants", constants
    outliers = 0.001 * normal()
    outliers[:, 5::16] = np.where(normal()[:, 5::16] > 0, 8, -3)
    outliers[1:, :] = 0.001 * normal()[1:, :]
    outliers[1:, 37::256] = [[100.0], [-100.0]]
    yield "outliers", outliers
    tiny = normal() * np.array([[1e-6], [1e-12], [1e-15]])
    yield "tiny", tiny
    yield "half-subnormals", (3e-6 * normal()).astype(np.float16)
    yield "subnormals", normal() * np.array([[1e-36], [1e-38], [1e-40]])
    extremes = np.where(normal() > 0, 65504.0, -65504.0)
    extremes[1] = 65504 * rng.uniform(-1, 1, COLUMNS)
    extremes[2, ::2] = normal()[2, ::2]
    yield "extremes", extremes
    yield "ties", rng.integers(-16, 17, size) * np.array([[0.5], [0.125], [0.03125]])
    yield "half-ties", rng.integers(-15, 16, size) * 0.5 + np.where(np.arange(COLUMNS) % 32 == 0, 8, 0)
    yield "positive", rng.uniform(0.5, 1, size)
    yield "negative", rng.uniform(-1, -0.5, size)
    yield "narrow", 1 + 1e-6 * normal()
    yield "few-values", rng.choice([-1.0, 0.0, 1.0], size, p=[0.1, 0.8, 0.1])
    yield "novella", novella


def as_float(values):
    if values.dtype == np.uint32:
        return values.view(np.float32)
    return values.astype(np.float32)


def novella_rows(folder):
    blob = (pathlib.Path(folder) / "model.safetensors").read_bytes()
    length = struct.unpack("<Q", blob[:8])[0]
    header = json.loads(blob[8 : 8 + length])
    entry = header["model.layers.2.mlp.down_proj.weight"]
    assert entry["dtype"] == "BF16" and entry["shape"][1] == COLUMNS
    start = 8 + length + entry["data_offsets"][0]
    raw = np.frombuffer(blob, np.uint16, ROWS * COLUMNS, start).reshape(ROWS, COLUMNS)
    return raw.astype(np.uint32) << 16


def write_source(path, tensors):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(256)
    writer.add_block_count(1)
    writer.add_feed_forward_length(256)
    writer.add_head_count(4)
    writer.add_layer_norm_rms_eps(1e-5)
    for name, values in tensors:
        writer.add_tensor(f"blk.0.{name}.weight", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(quantize, novella, output):
    output = pathlib.Path(output)
    tensors = [(name, as_float(np.asarray(v))) for name, v in groups(novella_rows(novella))]
    output.mkdir(parents=True, exist_ok=True)
    (output / "inputs.f32").write_bytes(b"".join(v.tobytes() for _, v in tensors))
    (output / "groups.txt").write_text("".join(f"{name}\n" for name, _ in tensors))
    with tempfile.TemporaryDirectory(dir=output) as folder:
        source = f"{folder}/source.gguf"
        write_source(source, tensors)
        for kind in TYPES:
            target = f"{folder}/{kind}.gguf"
            ftype = FTYPES.get(kind, kind)
            command = shlex.split(quantize) + ["--pure", source, target, ftype, "1"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            made = {t.name: t for t in gguf.GGUFReader(target).tensors}
            blocks = [made[f"blk.0.{name}.weight"] for name, _ in tensors]
            assert all(t.tensor_type.name == kind for t in blocks), [t.tensor_type.name for t in blocks]
            (output / f"{kind}.bin").write_bytes(b"".join(t.data.tobytes() for t in blocks))
            decoded = [gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32) for t in blocks]
            sums = [zlib.crc32(d.tobytes()) for d in decoded]
            (output / f"{kind}.decoded").write_text("".join(f"{s:08x}\n" for s in sums))


if __name__ == "__main__":
    main(*sys.argv[1:])
