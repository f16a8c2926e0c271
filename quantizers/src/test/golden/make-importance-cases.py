#!/usr/bin/env python3
"""Asks the reference what it makes of odd importance: make-importance-cases.py LIBRARY FOLDER

LIBRARY is libggml-base.so. FOLDER gets importance-cases.f32, the rows of weights and then those of importance, each of
256 numbers, and importance-cases.txt: for each type and row of weights a line with one word for each row of importance,
the CRC-32 of the blocks, `NaN` where the reference's own check of its blocks fails, or `abort` where it ends the process.
Made with ggml 0.27.0 of llama.cpp 0.7.0, the x86-64 build of Debian.
"""
import ctypes
import os
import pathlib
import resource
import sys
import zlib

import gguf
import numpy as np

COLUMNS = 256
TYPES = """Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ2_XXS IQ2_XS IQ2_S IQ3_XXS IQ3_S IQ1_S IQ1_M IQ4_NL IQ4_XS
TQ1_0 TQ2_0 MXFP4 Q1_0 Q2_0""".split()
random = np.random.default_rng(5)


def zeroed(x, where):
    copy = x.copy()
    copy[where] = 0
    return copy


def weights():
    gauss = random.standard_normal(COLUMNS).astype(np.float32) * np.float32(0.02)
    single = np.zeros(COLUMNS, np.float32)
    single[5] = 1
    return {
        "gauss": gauss,
        "first-32-zero": zeroed(gauss, slice(0, 32)),
        "constant": np.full(COLUMNS, 0.013, np.float32),
        "single": single,
        "tiny": gauss * np.float32(1e-30),
        "large": gauss * np.float32(1e5),
        "every-other-zero": zeroed(gauss, slice(0, None, 2)),
    }


def importance():
    even = random.random(COLUMNS).astype(np.float32) + np.float32(0.1)
    nothing = np.zeros(COLUMNS, np.float32)
    ninth = nothing.copy()
    ninth[9] = 1
    return {
        "usual": even,
        "zero": nothing,
        "zero-128": zeroed(even, slice(0, 128)),
        "zero-32": zeroed(even, slice(0, 32)),
        "zero-16": zeroed(even, slice(0, 16)),
        "zero-8": zeroed(even, slice(0, 8)),
        "zero-1": zeroed(even, 7),
        "even-zero": zeroed(even, slice(0, None, 2)),
        "odd-zero": zeroed(even, slice(1, None, 2)),
        "only-9": ninth,
        "1e-20": even * np.float32(1e-20),
        "1e-44": even * np.float32(1e-44),
        "1e20": even * np.float32(1e20),
        "3e37": even * np.float32(3e37),
    }


def outcome(library, kind, x, columns):
    """What comes out, in a process of its own."""
    number = int(gguf.GGMLQuantizationType[kind])
    block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        out = np.zeros(COLUMNS // block * size, np.uint8)
        library.ggml_quantize_chunk(number, x.ctypes.data, out.ctypes.data, 0, 1, COLUMNS, columns.ctypes.data)
        valid = library.ggml_validate_row_data(number, out.ctypes.data, out.size)
        os.write(writing, b"%08x" % zlib.crc32(out.tobytes()) if valid else b"NaN")
        os._exit(0)
    os.close(writing)
    word = os.read(reading, 100).decode()
    os.close(reading)
    return word if os.waitpid(child, 0)[1] == 0 else "abort"


def main():
    library = ctypes.CDLL(sys.argv[1])
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [ctypes.c_int] + 2 * [ctypes.c_void_p] + 3 * [ctypes.c_int64] + [ctypes.c_void_p]
    library.ggml_validate_row_data.restype = ctypes.c_bool
    library.ggml_validate_row_data.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
    folder = pathlib.Path(sys.argv[2])
    rows, columns = weights(), importance()
    (folder / "importance-cases.f32").write_bytes(b"".join(x.tobytes() for x in [*rows.values(), *columns.values()]))
    lines = ["type weights " + " ".join(columns)]
    for kind in TYPES:
        library.ggml_quantize_init(ctypes.c_int(int(gguf.GGMLQuantizationType[kind])))
        for name, x in rows.items():
            lines.append(" ".join([kind, name, *(outcome(library, kind, x, c) for c in columns.values())]))
    (folder / "importance-cases.txt").write_text("\n".join(lines) + "\n")


main()
