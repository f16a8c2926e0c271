#!/usr/bin/env python3
"""Writes the code books of the types that have one, taken from gguf-py, or checks those that are there.

Usage: make-grids.py RESOURCE_FOLDER GOLDEN_FOLDER [--check]
Needs gguf. Made with gguf-py 0.19.

Each NAME.grid has one line per point of the grid: its levels, the first one first, as digits. A level is the index of
a value in gguf-py's grid_map of the type. They go to RESOURCE_FOLDER. books.txt in GOLDEN_FOLDER has for each book the
number of its values and the CRC-32 of them as little-endian floats, for GridTest to compare. With --check nothing is
written, and the exit code is 1 if a file has other contents.
"""
import pathlib
import sys
import zlib

import gguf.quants
import numpy as np

TYPES = ["IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S"]


VALUES = ["IQ4_NL", "MXFP4"]


def files():
    """Contents by name of file, those of RESOURCE_FOLDER first."""
    books = {}
    for name in TYPES:
        book = getattr(gguf.quants, name)
        book.init_grid()
        points = book.grid.reshape(book.grid_shape)
        levels = {value: str(level) for level, value in enumerate(book.grid_map)}
        yield 0, f"{name}.grid", "".join("".join(levels[int(value)] for value in point) + "\n" for point in points)
        books[name] = points
    for name in VALUES:
        books[name] = getattr(gguf.quants, name).kvalues
    floats = {name: np.array(book, "<f4").reshape(-1) for name, book in books.items()}
    yield 1, "books.txt", "".join(f"{name} {x.size} {zlib.crc32(x.tobytes()):08x}\n" for name, x in floats.items())


def main(resources, goldens, check=""):
    wrong = 0
    for folder, name, text in files():
        path = pathlib.Path([resources, goldens][folder]) / name
        if check != "--check":
            path.write_text(text)
        elif path.read_text() != text:
            print(f"{name} is not gguf-py's")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
