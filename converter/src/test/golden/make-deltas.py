"""Writes a base, differences to it and what PyTorch makes of them: make-deltas.py FOLDER

Run with torch 2.14 and safetensors 0.8. FOLDER then has base/ (F16), vicuna/ (F16, one token more, for a base with zeros
there), alpaca/ (F32, one token more, for a base with the mean of its rows there), and sums.json: of every tensor of the two
sums its type and the SHA-256 of its bytes, and the sum of all weights of the second. koala_diff is a difference in BF16 in
EasyLM's stream, packed by msgpack 1.2; it lies alone, as Koala's, and is laid out as make_flax_goldens.py of formats does.
"""
import hashlib
import importlib.util
import json
import os
import sys

import torch
from safetensors.torch import save_file

torch.set_num_threads(1)
HIDDEN, VOCAB, FEED = 64, 320, 32
EMBEDDINGS = ("model.embed_tokens.weight", "lm_head.weight")


def shapes(vocab):
    layer = "model.layers.0."
    yield EMBEDDINGS[0], (vocab, HIDDEN)
    for part in "qkvo":
        yield f"{layer}self_attn.{part}_proj.weight", (HIDDEN, HIDDEN)
    yield layer + "mlp.gate_proj.weight", (FEED, HIDDEN)
    yield layer + "mlp.down_proj.weight", (HIDDEN, FEED)
    yield layer + "mlp.up_proj.weight", (FEED, HIDDEN)
    yield layer + "input_layernorm.weight", (HIDDEN,)
    yield layer + "post_attention_layernorm.weight", (HIDDEN,)
    yield "model.norm.weight", (HIDDEN,)
    yield EMBEDDINGS[1], (vocab, HIDDEN)


def weights(vocab, scale, dtype, seed):
    generator = torch.Generator().manual_seed(seed)
    return {name: (torch.randn(shape, generator=generator) * scale).to(dtype) for name, shape in shapes(vocab)}


def write(folder, tensors, vocab, dtype):
    os.makedirs(folder, exist_ok=True)
    save_file(tensors, os.path.join(folder, "model.safetensors"), {"format": "pt"})
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": HIDDEN, "intermediate_size": FEED,
        "num_attention_heads": 4, "num_hidden_layers": 1, "vocab_size": vocab, "torch_dtype": dtype,
    }
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=1)


def grown(tensor, how):
    row = torch.zeros(1, HIDDEN, dtype=tensor.dtype) if how == "zeros" else tensor.mean(dim=0, keepdim=True)
    return torch.cat([tensor, row])


def added(base, delta, dtype, how):
    """The base in the type of the difference, grown, and the difference added to it in place."""
    sums = {}
    for name, tensor in delta.items():
        raw = base[name].to(dtype)
        if name in EMBEDDINGS:
            raw = grown(raw, how)
        sums[name] = tensor.clone().add_(raw)
    return sums


def digests(tensors):
    return {
        name: [str(tensor.dtype).removeprefix("torch."), hashlib.sha256(tensor.contiguous().view(torch.uint8).numpy().tobytes()).hexdigest()]
        for name, tensor in tensors.items()
    }


def koala(folder, base):
    """A difference in EasyLM's layout, and the sum in the type that the two promote to."""
    here = os.path.dirname(os.path.abspath(__file__))
    script = os.path.join(here, "../../../../formats/src/test/golden/make_flax_goldens.py")
    spec = importlib.util.spec_from_file_location("flax", script)
    flax = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(flax)
    flax.HIDDEN, flax.FEED, flax.VOCAB, flax.LAYERS = HIDDEN, FEED, VOCAB, 1
    torch.manual_seed(4)
    weights = [(key, (tensor.float() * 0.02).bfloat16()) for key, tensor in flax.easylm(torch.bfloat16)]
    os.makedirs(os.path.join(folder, "koala"), exist_ok=True)
    flax.stream(os.path.join(folder, "koala", "koala_diff"), weights)
    delta = dict(flax.hugging_face(key, tensor, 4) for key, tensor in weights)
    return {name: base[name] + delta[name] for name in base}


def main(folder):
    base = weights(VOCAB, 0.4, torch.float16, 1)
    vicuna = weights(VOCAB + 1, 0.02, torch.float16, 2)
    alpaca = weights(VOCAB + 1, 0.02, torch.float32, 3)
    write(os.path.join(folder, "base"), base, VOCAB, "float16")
    write(os.path.join(folder, "vicuna"), vicuna, VOCAB + 1, "float16")
    write(os.path.join(folder, "alpaca"), alpaca, VOCAB + 1, "float32")
    recovered = added(base, alpaca, torch.float32, "mean")
    sums = {
        "vicuna": digests(added(base, vicuna, torch.float16, "zeros")),
        "alpaca": digests(recovered),
        "koala": digests(koala(folder, base)),
        "alpaca_checksum": float(sum(recovered[name].sum() for name in recovered)),
    }
    with open(os.path.join(folder, "sums.json"), "w") as file:
        json.dump(sums, file, indent=1)


main(sys.argv[1])
