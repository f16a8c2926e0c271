#!/usr/bin/env python3
"""Makes an importance matrix of random numbers for measuring: make-importance.py MODEL.gguf OUT.dat

Every matrix but the token embedding gets one, in the format without a header that llama-quantize still reads; the numbers
are spread like those of a trained model (log-normal). Needs numpy and gguf.
"""
import struct
import sys

import numpy as np
from gguf import GGUFReader

source, out = sys.argv[1:3]
rng = np.random.default_rng(3)
matrices = [t for t in GGUFReader(source).tensors if len(t.shape) > 1 and t.name != "token_embd.weight"]
with open(out, "wb") as file:
    file.write(struct.pack("<i", len(matrices)))
    for tensor in sorted(matrices, key=lambda t: t.name):
        name = tensor.name.encode()
        columns = int(tensor.shape[0]) * int(np.prod(tensor.shape[2:]))
        values = np.exp(rng.standard_normal(columns)).astype(np.float32)
        file.write(struct.pack("<i", len(name)) + name + struct.pack("<ii", 1, columns) + values.tobytes())
    file.write(struct.pack("<ii", 1, 6) + b"random")
