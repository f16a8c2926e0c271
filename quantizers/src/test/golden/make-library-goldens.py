#!/usr/bin/env python3
"""Makes golden files with the functions of libggml-base that llama-quantize calls, for all types.

Usage: make-library-goldens.py LIBGGML_BASE GOLDEN_FOLDER
Needs numpy and gguf. Run it after make-goldens.py, whose inputs.f32 it reads.

GOLDEN_FOLDER gets, for each type that make-goldens.py does not make, TYPE.bin, its blocks for the weights of all
groups, and TYPE.decoded, the CRC-32 of the little-endian floats decoded from each group; and for all types
random.decoded, with the type and the CRC-32 of what is decoded from the bytes of random.bin, as many whole blocks as
there are. importance.f32 has two rows of importance, the second one with zeros, and TYPE.weighted the CRC-32 of the
blocks of each group with the first row and then with the second one. gguf-py decodes if it can, else the library. If both can they have to agree. Before the CRC every NaN
is made the same.
Made with ggml 0.27.0 of llama.cpp 0.7.0, the x86-64 build of Debian, and gguf-py 0.19.
"""
import ctypes
import pathlib
import sys
import zlib

import gguf
import numpy as np

COLUMNS = 768
GROUP = 3 * COLUMNS
KINDS = gguf.GGMLQuantizationType
PLAIN = """IQ3_XXS IQ3_S IQ4_NL IQ4_XS TQ1_0 TQ2_0 MXFP4 NVFP4 Q1_0 Q2_0""".split()
DECODED = """F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S
""".split() + PLAIN

NEEDING = "IQ2_XXS IQ2_XS IQ2_S IQ1_S IQ1_M".split()
WEIGHTED = "Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K".split() + PLAIN + NEEDING


class Library:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.ggml_quantize_chunk.restype = ctypes.c_size_t

    def encode(self, kind, x, importance=None):
        block, size = gguf.GGML_QUANT_SIZES[KINDS[kind]]
        rows = x.size // COLUMNS
        out = np.zeros(x.size // block * size, np.uint8)
        weights = None if importance is None else importance.ctypes.data_as(ctypes.c_void_p)
        written = self.library.ggml_quantize_chunk(
            ctypes.c_int(int(KINDS[kind])),
            x.ctypes.data_as(ctypes.c_void_p),
            out.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int64(0),
            ctypes.c_int64(rows),
            ctypes.c_int64(COLUMNS),
            weights,
        )
        assert written == out.size, (kind, written, out.size)
        return out

    def decode(self, kind, blocks):
        """The weights, or None if the library does not decode this type."""
        function = getattr(self.library, f"dequantize_row_{spelled(kind)}", None)
        if function is None:
            return None
        block, size = gguf.GGML_QUANT_SIZES[KINDS[kind]]
        x = np.zeros(blocks.size // size * block, np.float32)
        function(
            blocks.ctypes.data_as(ctypes.c_void_p), x.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(x.size)
        )
        return x


def spelled(kind):
    return kind if kind.endswith("_K") and kind[0] == "q" else kind.lower().replace("_k", "_K")


def decode(library, kind, blocks):
    ours = canonical(library.decode(kind, blocks))
    try:
        with np.errstate(all="ignore"):
            theirs = canonical(gguf.quants.dequantize(blocks, KINDS[kind]).astype(np.float32).reshape(-1))
    except NotImplementedError:
        theirs = None
    if kind == "Q8_1":  # neither decodes it
        parts = blocks.reshape(-1, 36)
        with np.errstate(all="ignore"):
            d = parts[:, :2].copy().view(np.float16).astype(np.float32)
            theirs = canonical((d * parts[:, 4:].view(np.int8).astype(np.float32)).reshape(-1))
    assert ours is not None or theirs is not None, kind
    assert ours is None or theirs is None or ours.tobytes() == theirs.tobytes(), kind
    return theirs if theirs is not None else ours


def canonical(x):
    if x is None:
        return None
    x = x.copy()
    x[np.isnan(x)] = np.uint32(0x7FC00000).view(np.float32)
    return x


def crc(x):
    return f"{zlib.crc32(x.tobytes()):08x}"


def main(path, folder):
    library = Library(path)
    folder = pathlib.Path(folder)
    inputs = np.fromfile(folder / "inputs.f32", np.float32)
    for kind in PLAIN:
        blocks = library.encode(kind, inputs)
        (folder / f"{kind}.bin").write_bytes(blocks.tobytes())
        groups = blocks.reshape(inputs.size // GROUP, -1)
        sums = [crc(decode(library, kind, np.ascontiguousarray(group))) for group in groups]
        (folder / f"{kind}.decoded").write_text("".join(f"{s}\n" for s in sums))
    rng = np.random.default_rng(22)
    importance = (rng.standard_t(3, (2, COLUMNS)) ** 2).astype(np.float32)
    importance[1, rng.random(COLUMNS) < 0.2] = 0
    importance[1, 64:96] = 0
    importance[1, 256:512] = 0
    (folder / "importance.f32").write_bytes(importance.tobytes())
    for kind in WEIGHTED:
        with open(folder / f"{kind}.weighted", "w") as out:
            for row in importance:
                groups = library.encode(kind, inputs, row.copy()).reshape(inputs.size // GROUP, -1)
                out.write("".join(f"{crc(group)}\n" for group in groups))
    random = np.random.default_rng(21).integers(0, 256, 1 << 14, np.uint8)
    (folder / "random.bin").write_bytes(random.tobytes())
    with open(folder / "random.decoded", "w") as out:
        for kind in DECODED:
            size = gguf.GGML_QUANT_SIZES[KINDS[kind]][1]
            blocks = random[: random.size // size * size].copy()
            out.write(f"{kind} {crc(decode(library, kind, blocks))}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
