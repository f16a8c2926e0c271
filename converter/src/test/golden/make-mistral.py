"""Writes a model of Hugging Face's as Mistral publishes its own: make-mistral.py MODEL FOLDER

Run with torch 2.14 and safetensors 0.8. MODEL is tiny-mistral, whose conversion the other must equal.
"""
import json
import os
import sys

from safetensors.torch import load_file, save_file

NAMES = {
    "self_attn.q_proj": "attention.wq", "self_attn.k_proj": "attention.wk", "self_attn.v_proj": "attention.wv",
    "self_attn.o_proj": "attention.wo", "mlp.gate_proj": "feed_forward.w1", "mlp.down_proj": "feed_forward.w2",
    "mlp.up_proj": "feed_forward.w3", "input_layernorm": "attention_norm", "post_attention_layernorm": "ffn_norm",
    "embed_tokens": "tok_embeddings", "lm_head": "output",
}


def pairs(weight, heads):
    rows, length = weight.shape
    return weight.view(heads, 2, rows // heads // 2, length).transpose(1, 2).reshape(rows, length).contiguous()


def main(model, folder):
    with open(os.path.join(model, "config.json")) as file:
        config = json.load(file)
    tensors = {}
    for name, tensor in load_file(os.path.join(model, "model.safetensors")).items():
        if "q_proj" in name:
            tensor = pairs(tensor, config["num_attention_heads"])
        if "k_proj" in name:
            tensor = pairs(tensor, config["num_key_value_heads"])
        name = name.removeprefix("model.")
        for theirs, own in NAMES.items():
            name = name.replace(theirs + ".", own + ".")
        tensors[name] = tensor
    params = {
        "dim": config["hidden_size"], "n_layers": config["num_hidden_layers"], "head_dim": config["head_dim"],
        "hidden_dim": config["intermediate_size"], "n_heads": config["num_attention_heads"],
        "n_kv_heads": config["num_key_value_heads"], "norm_eps": config["rms_norm_eps"], "vocab_size": config["vocab_size"],
        "sliding_window": config["sliding_window"], "max_seq_len": config["max_position_embeddings"],
    }
    os.makedirs(folder, exist_ok=True)
    save_file(tensors, os.path.join(folder, "consolidated.safetensors"))
    with open(os.path.join(folder, "params.json"), "w") as file:
        json.dump(params, file, indent=1)


main(*sys.argv[1:])
