"""Writes weights as EasyLM and Flax do, and as Hugging Face has them: python3 make_flax_goldens.py FOLDER

stream is a LLaMA in EasyLM's stream in BF16, in.safetensors the same under Hugging Face's names as EasyLM's
convert_easylm_to_hf lays them out; tree.msgpack is a file of Flax's with several types, tree.safetensors its arrays.
Packed by msgpack 1.2 as flax.serialization does it. Run with torch 2.14, safetensors 0.8.
"""
import sys
from pathlib import Path

import msgpack
import torch
from safetensors.torch import save_file

HIDDEN, FEED, VOCAB, HEADS, LAYERS = 16, 24, 40, 4, 2


def array(tensor):
    name = str(tensor.dtype).removeprefix("torch.")
    numbers = tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()
    return msgpack.ExtType(1, msgpack.packb((tuple(tensor.shape), name, numbers), use_bin_type=True))


def easylm(dtype):
    def random(*shape):
        return torch.randn(shape).to(dtype)

    yield ("transformer", "wte", "embedding"), random(VOCAB, HIDDEN)
    for layer in range(LAYERS):
        block = ("transformer", "h", str(layer))
        for part in ("wq", "wk", "wv", "wo"):
            yield (*block, "attention", part, "kernel"), random(HIDDEN, HIDDEN)
        yield (*block, "feed_forward", "w1", "kernel"), random(HIDDEN, FEED)
        yield (*block, "feed_forward", "w2", "kernel"), random(FEED, HIDDEN)
        yield (*block, "feed_forward", "w3", "kernel"), random(HIDDEN, FEED)
        yield (*block, "attention_norm", "kernel"), random(HIDDEN)
        yield (*block, "ffn_norm", "kernel"), random(HIDDEN)
    yield ("transformer", "ln_f", "kernel"), random(HIDDEN)
    yield ("lm_head", "kernel"), random(HIDDEN, VOCAB)


NAMES = {
    "attention.wq": "self_attn.q_proj", "attention.wk": "self_attn.k_proj", "attention.wv": "self_attn.v_proj",
    "attention.wo": "self_attn.o_proj", "feed_forward.w1": "mlp.gate_proj", "feed_forward.w2": "mlp.down_proj",
    "feed_forward.w3": "mlp.up_proj", "attention_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}


def hugging_face(key, tensor, heads):
    """Name and weights: matrices turned, of queries and keys the pairs of a head's rows made halves."""
    if tensor.dim() == 2 and key[-1] == "kernel":
        tensor = tensor.T
    if key[-2] in ("wq", "wk"):
        rows, columns = tensor.shape
        tensor = tensor.reshape(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(rows, columns)
    if key[:2] == ("transformer", "h"):
        return f"model.layers.{key[2]}.{NAMES['.'.join(key[3:-1])]}.weight", tensor.contiguous()
    name = {"wte": "model.embed_tokens", "ln_f": "model.norm", "lm_head": "lm_head"}[key[-2]]
    return name + ".weight", tensor.contiguous()


def stream(path, weights, prefix=()):
    packer = msgpack.Packer()
    with open(path, "wb") as out:
        for key, tensor in weights:
            out.write(packer.pack(((*prefix, *key), msgpack.packb(array(tensor), strict_types=True))))


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(11)
    weights = list(easylm(torch.bfloat16))
    stream(folder / "stream", weights, ("params",))
    save_file(dict(hugging_face(key, tensor, HEADS) for key, tensor in weights), folder / "stream.safetensors")
    arrays = {
        "a": torch.randn(3, 4, dtype=torch.float64), "b": torch.randn(5).half(), "c": torch.arange(6).reshape(1, 2, 3),
        "d": torch.tensor(2.5), "e": torch.arange(7, dtype=torch.int32), "f": torch.tensor([True, False]), "g": torch.arange(9, dtype=torch.uint8),
    }
    tree = {"params": {"deep": {name: array(tensor) for name, tensor in arrays.items()}}, "step": 7, "opt_state": {"count": array(torch.tensor([1]))}}
    (folder / "tree.msgpack").write_bytes(msgpack.packb(tree, strict_types=True))
    save_file({f"deep.{name}": tensor.reshape(-1) if tensor.dim() == 0 else tensor for name, tensor in arrays.items()}, folder / "tree.safetensors")


if __name__ == "__main__":
    main()
