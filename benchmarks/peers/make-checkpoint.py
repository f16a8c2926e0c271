#!/usr/bin/env python3
"""Makes a Hugging Face LLaMA folder of random weights for measuring: make-checkpoint.py TOKENIZER_FOLDER OUT [--layers 22] [--dtype float16]

TOKENIZER_FOLDER gives tokenizer.model and tokenizer_config.json; the vocabulary is padded to 32000. 22 layers of 2048,
5632 feed-forward, 32/4 heads are the shape of TinyLlama 1.1B: 2.2 GB in 16 bits. Needs PyTorch and safetensors.
"""
import argparse
import json
import os
import shutil

import torch
from safetensors.torch import save_file

p = argparse.ArgumentParser()
p.add_argument("tokenizer"), p.add_argument("out")
p.add_argument("--layers", type=int, default=22), p.add_argument("--dtype", default="float16")
a = p.parse_args()
torch.manual_seed(1)
dtype, hidden, ff, kv, vocabulary = getattr(torch, a.dtype), 2048, 5632, 256, 32000
matrix = lambda rows, row: (torch.randn(rows, row) / row**0.5).to(dtype)
norm = lambda: (1 + 0.1 * torch.randn(hidden)).to(dtype)
tensors = {"model.embed_tokens.weight": matrix(vocabulary, hidden), "lm_head.weight": matrix(vocabulary, hidden), "model.norm.weight": norm()}
for i in range(a.layers):
    layer = f"model.layers.{i}."
    tensors |= {layer + "input_layernorm.weight": norm(), layer + "post_attention_layernorm.weight": norm()}
    shapes = {"self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (kv, hidden), "self_attn.v_proj": (kv, hidden), "self_attn.o_proj": (hidden, hidden),
              "mlp.gate_proj": (ff, hidden), "mlp.up_proj": (ff, hidden), "mlp.down_proj": (hidden, ff)}
    tensors |= {layer + name + ".weight": matrix(*shape) for name, shape in shapes.items()}
os.makedirs(a.out, exist_ok=True)
save_file(tensors, os.path.join(a.out, "model.safetensors"), metadata={"format": "pt"})
for name in ("tokenizer.model", "tokenizer_config.json"):
    shutil.copy(os.path.join(a.tokenizer, name), a.out)
config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": hidden, "intermediate_size": ff, "num_attention_heads": 32,
          "num_key_value_heads": 4, "num_hidden_layers": a.layers, "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
          "vocab_size": vocabulary, "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu"}
json.dump(config, open(os.path.join(a.out, "config.json"), "w"), indent=1)
