#!/usr/bin/env python3
"""Writes the code books of the types that have one, taken from gguf-py.

Usage: make-grids.py OUTPUT_FOLDER
Needs gguf. Made with gguf-py 0.19.

Each NAME.grid has one line per point of the grid: its levels, the first one first, as digits. A level is the index of
a value in gguf-py's grid_map of the type.
"""
import pathlib
import sys

import gguf.quants
import numpy as np

TYPES = ["IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S"]


def main(output):
    for name in TYPES:
        book = getattr(gguf.quants, name)
        book.init_grid()
        points = book.grid.reshape(book.grid_shape)
        levels = {value: str(level) for level, value in enumerate(book.grid_map)}
        lines = ["".join(levels[int(value)] for value in point) for point in points]
        (pathlib.Path(output) / f"{name}.grid").write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
