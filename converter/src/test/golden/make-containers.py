#!/usr/bin/env python3
"""Makes two small LLaMAs in every container: make-containers.py TINY_LLAMA TINY_LLAMA3 OUT

The tokenizers come from the two folders. OUT gets `micro` (SentencePiece, every head has its own keys) and `micro3` (byte-level BPE,
grouped keys, scaled rotary) as Hugging Face publishes them; the same weights as PyTorch's files in `micro-bin`; and as Meta publishes
them, for 1, 2 and 4 ranks, in `micro-meta-N` and `micro3-meta-2`. Made with torch 2.14, transformers 5.12, safetensors 0.8.
"""
import base64
import collections
import json
import os
import shutil
import sys
import types

import torch
from safetensors.torch import save_file
from tokenizers import processors
from transformers.convert_slow_tokenizer import TikTokenConverter

TINY, TINY3, OUT = sys.argv[1:4]
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
DIM, HEADS, FEED_FORWARD = 16, 4, 24


def out(*names):
    path = os.path.join(OUT, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def weights(vocabulary, key_heads, dtype):
    head = DIM // HEADS
    shapes = {
        "lm_head.weight": (vocabulary, DIM),
        "model.embed_tokens.weight": (vocabulary, DIM),
        "model.layers.0.input_layernorm.weight": (DIM,),
        "model.layers.0.mlp.down_proj.weight": (DIM, FEED_FORWARD),
        "model.layers.0.mlp.gate_proj.weight": (FEED_FORWARD, DIM),
        "model.layers.0.mlp.up_proj.weight": (FEED_FORWARD, DIM),
        "model.layers.0.post_attention_layernorm.weight": (DIM,),
        "model.layers.0.self_attn.k_proj.weight": (key_heads * head, DIM),
        "model.layers.0.self_attn.o_proj.weight": (DIM, DIM),
        "model.layers.0.self_attn.q_proj.weight": (DIM, DIM),
        "model.layers.0.self_attn.v_proj.weight": (key_heads * head, DIM),
        "model.norm.weight": (DIM,),
    }
    return {name: torch.randn(shape).mul(0.1).to(dtype) for name, shape in shapes.items()}


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file, indent=1)


def config(**more):
    base = dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_size=DIM, intermediate_size=FEED_FORWARD, num_hidden_layers=1, num_attention_heads=HEADS, rms_norm_eps=1e-5, tie_word_embeddings=False)
    return dict(base, **more)


def meta(tensors, key_heads):
    def pairs(w, heads):
        return w.view(heads, 2, w.shape[0] // heads // 2, w.shape[1]).transpose(1, 2).reshape(w.shape)

    layer = "model.layers.0."
    return {
        "tok_embeddings.weight": tensors["model.embed_tokens.weight"],
        "norm.weight": tensors["model.norm.weight"],
        "output.weight": tensors["lm_head.weight"],
        "layers.0.attention.wq.weight": pairs(tensors[layer + "self_attn.q_proj.weight"], HEADS),
        "layers.0.attention.wk.weight": pairs(tensors[layer + "self_attn.k_proj.weight"], key_heads),
        "layers.0.attention.wv.weight": tensors[layer + "self_attn.v_proj.weight"],
        "layers.0.attention.wo.weight": tensors[layer + "self_attn.o_proj.weight"],
        "layers.0.feed_forward.w1.weight": tensors[layer + "mlp.gate_proj.weight"],
        "layers.0.feed_forward.w2.weight": tensors[layer + "mlp.down_proj.weight"],
        "layers.0.feed_forward.w3.weight": tensors[layer + "mlp.up_proj.weight"],
        "layers.0.attention_norm.weight": tensors[layer + "input_layernorm.weight"],
        "layers.0.ffn_norm.weight": tensors[layer + "post_attention_layernorm.weight"],
        "rope.freqs": torch.arange(DIM // HEADS // 2, dtype=torch.float32),
    }


def save_ranks(folder, tensors, ranks, params, embedding_axis):
    axes = {"wq": 0, "wk": 0, "wv": 0, "wo": 1, "w1": 0, "w2": 1, "w3": 0, "output": 0, "tok_embeddings": embedding_axis}
    for rank in range(ranks):
        part = {}
        for name, value in tensors.items():
            axis = axes.get(name.split(".")[-2])
            part[name] = value if axis is None else value.chunk(ranks, axis)[rank].contiguous().clone()
        torch.save(part, out(folder, "consolidated.%02d.pth" % rank))
    write_json(out(folder, "params.json"), params)


def save_bins(tensors):
    torch.save(tensors, out("micro-bin", "pytorch_model.bin"))
    torch.save(tensors, out("micro-bin", "sequence.bin"), _use_new_zipfile_serialization=False)
    wrapped = collections.OrderedDict(("module." + name, torch.nn.Parameter(value.t().contiguous().t())) for name, value in tensors.items())
    torch.save({"epoch": 1, "state_dict": wrapped, "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(3)}}}]}, out("micro-bin", "epoch.ckpt"))
    names, index = list(tensors), {}
    for number, part in enumerate((names[:5], names[5:]), 1):
        file = "pytorch_model-%05d-of-00002.bin" % number
        torch.save({name: tensors[name] for name in part}, out("micro-bin", file))
        index.update((name, file) for name in part)
    write_json(out("micro-bin", "pytorch_model.bin.index.json"), {"metadata": {}, "weight_map": index})


def ranks_file(path):
    with open(os.path.join(TINY3, "tokenizer.json")) as file:
        vocabulary = json.load(file)["model"]["vocab"]
    printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    others = [b for b in range(256) if b not in printable]
    byte = {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}
    tokens = [token for token in sorted(vocabulary, key=vocabulary.get) if not token.startswith("<|")]
    with open(path, "wb") as file:
        for rank, token in enumerate(tokens):
            file.write(base64.b64encode(bytes(byte[c] for c in token)) + b" %d\n" % rank)
    return len(tokens)


def load_ranks(path):
    with open(path, "rb") as file:
        return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in file)}


def micro():
    tensors = weights(320, HEADS, torch.float16)
    save_file(tensors, out("micro", "model.safetensors"))
    write_json(out("micro", "config.json"), config(vocab_size=320, max_position_embeddings=4096, rope_theta=10000.0, bos_token_id=1, eos_token_id=2, unk_token_id=0))
    for name in ("tokenizer.model", "tokenizer_config.json"):
        shutil.copy(os.path.join(TINY, name), out("micro", name))
    save_bins(tensors)
    params = dict(dim=DIM, multiple_of=16, n_heads=HEADS, n_layers=1, norm_eps=1e-5, vocab_size=-1)
    for ranks in (1, 2, 4):
        save_ranks("micro-meta-%d" % ranks, meta(tensors, HEADS), ranks, params, 1)


def micro3():
    path = out("micro3-meta-2", "tokenizer.model")
    count = ranks_file(path)
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>", "<|step_id|>"]
    special += ["<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>", "<|python_tag|>"]
    special += ["<|reserved_special_token_%d|>" % i for i in range(2, 4)]
    vocabulary = count + len(special)
    tokenizer = TikTokenConverter(vocab_file=path, pattern=PATTERN, add_prefix_space=False, extra_special_tokens=special).converted()
    first = "<|begin_of_text|>"
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(single=first + ":0 $A:0", pair=first + ":0 $A:0 %s:1 $B:1" % first, special_tokens=[(first, count)])])
    tokenizer.save(out("micro3", "tokenizer.json"))
    write_json(out("micro3", "tokenizer_config.json"), dict(bos_token=first, eos_token="<|end_of_text|>", tokenizer_class="PreTrainedTokenizerFast"))
    rope = dict(rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)
    write_json(out("micro3", "config.json"), config(vocab_size=vocabulary, num_key_value_heads=2, max_position_embeddings=131072, rope_theta=500000.0, rope_scaling=rope, bos_token_id=count, eos_token_id=count + 1))
    tensors = weights(vocabulary, 2, torch.bfloat16)
    save_file(tensors, out("micro3", "model.safetensors"))
    params = dict(dim=DIM, ffn_dim_multiplier=1.0, multiple_of=16, n_heads=HEADS, n_kv_heads=2, n_layers=1, norm_eps=1e-5, rope_theta=500000.0, use_scaled_rope=True, vocab_size=vocabulary)
    save_ranks("micro3-meta-2", meta(tensors, 2), 2, params, 0)


# transformers wants tiktoken for reading the file and nothing else
sys.modules["tiktoken"] = types.ModuleType("tiktoken")
sys.modules["tiktoken.load"] = types.ModuleType("tiktoken.load")
sys.modules["tiktoken.load"].load_tiktoken_bpe = load_ranks
torch.manual_seed(4)
micro()
micro3()
