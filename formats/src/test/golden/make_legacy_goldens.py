"""Writes small LLaMAs in the formats from before GGUF, and what they decode to: make_legacy_goldens.py FOLDER

NAME.sha256 has the hashes of the weights as floats, under their names in a GGUF. The files are laid out by hand as llama.cpp's
convert-pth-to-ggml.py and quantize wrote them (ggml, ggmf, ggjt 1 to 3) and as llama2.c's export.py does (versions 0 to 2);
blocks of ggjt 3 are decoded by gguf-py 0.19, older ones by the loops of the ggml.c of their time, here in numpy.
"""

import hashlib
import struct
import sys
from pathlib import Path

import numpy as np
from gguf.quants import dequantize
from gguf import GGMLQuantizationType as Type

RANDOM = np.random.default_rng(11)
WIDTH, HEADS, LAYERS, VOCABULARY = 32, 4, 2, 264


def names(layers):
    yield "tok_embeddings", "token_embd"
    yield "norm", "output_norm"
    yield "output", "output"
    for i in range(layers):
        for old, new in (
            ("attention.wq", "attn_q"), ("attention.wk", "attn_k"), ("attention.wv", "attn_v"), ("attention.wo", "attn_output"),
            ("feed_forward.w1", "ffn_gate"), ("feed_forward.w2", "ffn_down"), ("feed_forward.w3", "ffn_up"),
            ("attention_norm", "attn_norm"), ("ffn_norm", "ffn_norm"),
        ):
            yield f"layers.{i}.{old}", f"blk.{i}.{new}"


def shape(name, hidden, keys):
    if "norm" in name:
        return (WIDTH,)
    kind = name.split(".")[-1]
    return {
        "tok_embeddings": (VOCABULARY, WIDTH), "output": (VOCABULARY, WIDTH), "wk": (keys, WIDTH), "wv": (keys, WIDTH),
        "w1": (hidden, WIDTH), "w3": (hidden, WIDTH), "w2": (WIDTH, hidden),
    }.get(kind, (WIDTH, WIDTH))


def scale(kind):
    return np.array([RANDOM.uniform(0.001, 0.1)], kind)


def block(type_id, version):
    """One block's bytes and weights."""
    pairs = version == 1
    real = np.float16 if version == 3 or type_id in (4, 5, 6, 7) else np.float32
    count = 16 if type_id in (4, 5) else 32
    d, m = scale(real), -scale(real)
    if type_id == 8:
        q = RANDOM.integers(-127, 128, 32).astype(np.int8)
        return d.tobytes() + q.tobytes(), q.astype(np.float32) * d.astype(np.float32)
    five, minimum = type_id in (6, 7), type_id in (3, 5, 7)
    q = RANDOM.integers(0, 32 if five else 16, count)
    low, high = (q[0::2], q[1::2]) if pairs else (q[: count // 2], q[count // 2 :])
    head = d.tobytes() + (m.tobytes() if minimum else b"")
    if five:
        head += struct.pack("<I", sum(int(x >> 4) << i for i, x in enumerate(q)))
    body = ((low & 15) | (high & 15) << 4).astype(np.uint8).tobytes()
    centred = q.astype(np.float32) - (0 if minimum else 16 if five else 8)
    value = centred * d.astype(np.float32)
    return head + body, value + m.astype(np.float32) if minimum else value


def tensor(dims, type_id, version):
    count = int(np.prod(dims))
    if type_id < 2:
        value = RANDOM.standard_normal(count).astype(np.float32 if type_id == 0 else np.float16)
        return value.tobytes(), value.astype(np.float32).reshape(dims)
    if type_id >= 10:
        size = {10: 84, 11: 110, 12: 144, 13: 176, 14: 210}[type_id]
        blocks = RANDOM.integers(0, 256, (count // 256, size)).astype(np.uint8)
        places = {10: (80, 82), 11: (108,), 12: (0, 2), 13: (0, 2), 14: (208,)}[type_id]
        for at in places:
            blocks[:, at : at + 2] = np.frombuffer(scale(np.float16).tobytes(), np.uint8)
        return blocks.tobytes(), dequantize(blocks.reshape(dims[0], -1), Type(type_id)).reshape(dims)
    size = 16 if type_id in (4, 5) else 32
    made = [block(type_id, version) for _ in range(count // size)]
    raw = b"".join(one[0] for one in made)
    value = np.concatenate([one[1] for one in made]).astype(np.float32).reshape(dims)
    if version == 3:
        own = dequantize(np.frombuffer(raw, np.uint8).reshape(dims[0], -1), Type(type_id)).reshape(dims)
        assert np.array_equal(own, value)
    return raw, value


def tokens(count=VOCABULARY):
    yield b" \xe2\x81\x87 ", 0.0
    yield b"", 0.0
    yield b"", 0.0
    for byte in range(256):
        yield bytes([byte]), 0.0
    for i in range(count - 259):
        yield f" word{i}".encode() if i else "é".encode(), -float(i)


def ggml(folder, name, magic, version, types, file_type, hidden=64, keys=WIDTH):
    blocks = version if magic == b"tjgg" else 1
    out = bytearray(magic + (b"" if magic == b"lmgg" else struct.pack("<I", version)))
    out += struct.pack("<7I", VOCABULARY, WIDTH, 256, HEADS, LAYERS, WIDTH // HEADS, file_type)
    for text, score in tokens():
        out += struct.pack("<I", len(text)) + text + (b"" if magic == b"lmgg" else struct.pack("<f", score))
    decoded = {}
    for i, (old, new) in enumerate(names(LAYERS)):
        dims = shape(old, hidden, keys)
        kinds = [t for t in types if t < 10 or dims[-1] % 256 == 0]
        kind = 0 if len(dims) == 1 else kinds[i % len(kinds)]
        raw, value = tensor(dims, kind, blocks)
        full = (old + ".weight").encode()
        out += struct.pack("<3I", len(dims), len(full), kind) + struct.pack(f"<{len(dims)}I", *reversed(dims)) + full
        if magic == b"tjgg":
            out += bytes(-len(out) % 32)
        out += raw
        decoded[new + ".weight"] = value
    (folder / f"{name}.bin").write_bytes(out)
    hashes(folder, name, decoded)


def parts(folder, name, count, width, layers, types):
    """A model of ggmf in parts, as convert-pth-to-ggml.py made one of each of Meta's files."""
    global WIDTH
    before, WIDTH = WIDTH, width
    outs, decoded = [], {}
    for _ in range(count):
        out = bytearray(b"fmgg" + struct.pack("<I", 1) + struct.pack("<7I", VOCABULARY, WIDTH, 256, HEADS, layers, WIDTH // HEADS, 2))
        for text, score in tokens():
            out += struct.pack("<I", len(text)) + text + struct.pack("<f", score)
        outs.append(out)
    for i, (old, new) in enumerate(names(layers)):
        dims = shape(old, 64, WIDTH)
        full = (old + ".weight").encode()
        axis = 1 if old.split(".")[-1] in ("tok_embeddings", "wo", "w2") else 0
        own = dims if len(dims) == 1 else tuple(n // count if a == axis else n for a, n in enumerate(dims))
        kind = 0 if len(dims) == 1 else types[i % len(types)]
        made = [tensor(own, kind, 1)] * count if len(dims) == 1 else [tensor(own, kind, 1) for _ in range(count)]
        for out, (raw, _) in zip(outs, made):
            out += struct.pack("<3I", len(own), len(full), kind) + struct.pack(f"<{len(own)}I", *reversed(own)) + full + raw
        decoded[new + ".weight"] = made[0][1] if len(dims) == 1 else np.concatenate([value for _, value in made], axis)
    for i, out in enumerate(outs):
        (folder / (f"{name}.bin" + (f".{i}" if i else ""))).write_bytes(out)
    hashes(folder, name, decoded)
    WIDTH = before


def hashes(folder, name, weights):
    lines = [f"{hashlib.sha256(value.astype(np.float32).tobytes()).hexdigest()}  {tensor}\n" for tensor, value in weights.items()]
    (folder / f"{name}.sha256").write_text("".join(lines))


def q80(value, group=32):
    rows = value.reshape(-1, group)
    d = (np.abs(rows).max(1) / 127).astype(np.float32)
    q = np.round(rows / d[:, None]).astype(np.int8)
    return q.tobytes() + d.tobytes(), (q.astype(np.float32) * d[:, None]).reshape(value.shape).astype(np.float32)


def llama2c(folder, version, shared):
    hidden, kv, context = 64, 2, 16
    keys = WIDTH // HEADS * kv
    model = {new: RANDOM.standard_normal(shape(old, hidden, keys)).astype(np.float32) for old, new in names(LAYERS)}
    if shared:
        del model["output"]

    def all_of(kind):
        return [n for n in model if n == kind or n.endswith("." + kind)]

    sizes = struct.pack("<4i", WIDTH, hidden, LAYERS, HEADS) + struct.pack("<i", kv)
    norms, matrices = ["attn_norm", "ffn_norm", "output_norm"], ["attn_q", "attn_k", "attn_v", "attn_output"]
    feed = ["ffn_gate", "ffn_down", "ffn_up"]
    if version == 0:
        out = bytearray(sizes + struct.pack("<2i", VOCABULARY if shared else -VOCABULARY, context))
        for kind in ["token_embd", "attn_norm", *matrices, "ffn_norm", *feed, "output_norm"]:
            out += b"".join(model[n].tobytes() for n in all_of(kind))
        out += bytes(4 * context * (WIDTH // HEADS))
        out += b"" if shared else model["output"].tobytes()
    else:
        out = bytearray(struct.pack("<Ii", 0x616B3432, version) + sizes + struct.pack("<2iB", VOCABULARY, context, int(shared)))
        out += struct.pack("<i", 32) if version == 2 else b""
        out += bytes(256 - len(out))
        for kind in norms:
            out += b"".join(model[n].tobytes() for n in all_of(kind))
        for kind in ["token_embd", *matrices, *feed] + ([] if shared else ["output"]):
            for n in all_of(kind):
                if version == 2:
                    raw, model[n] = q80(model[n])
                    out += raw
                else:
                    out += model[n].tobytes()
    name = f"llama2c-v{version}"
    (folder / f"{name}.bin").write_bytes(out)
    hashes(folder, name, {n + ".weight": v for n, v in model.items()})


def tokenizer(folder):
    out = bytearray(struct.pack("<I", 12))
    special = [b"<unk>", b"\n<s>\n", b"\n</s>\n"] + [b"<0x%02X>" % i for i in range(256)]
    words = [(t, 0.0) for t in special] + list(tokens())[259:]
    for text, score in words:
        out += struct.pack("<fi", score, len(text)) + text
    (folder / "tokenizer.bin").write_bytes(out)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    ggml(folder, "ggml", b"lmgg", 0, [1, 2, 3], 2)
    ggml(folder, "ggmf", b"fmgg", 1, [2, 3, 0], 3)
    ggml(folder, "ggjt-1", b"tjgg", 1, [2, 3, 4, 5, 6, 7, 8], 4)
    ggml(folder, "ggjt-2", b"tjgg", 2, [2, 3, 6, 7, 8], 2)
    ggml(folder, "ggjt-3", b"tjgg", 3, [2, 3, 6, 7, 8, 1], 2, keys=16)
    ggml(folder, "ggjt-3-k", b"tjgg", 3, [14, 10, 11, 12, 13, 8], 15, hidden=256)
    llama2c(folder, 0, True)
    llama2c(folder, 1, False)
    llama2c(folder, 2, True)
    tokenizer(folder)
    parts(folder, "ggmf-parts", 2, 64, 1, [2, 0, 3])


main()
