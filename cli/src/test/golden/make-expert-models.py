#!/usr/bin/env python3
"""Makes small random models of the families that are not plain dense transformers, with the logits that PyTorch computes.

Usage: make-expert-models.py TEXT FOLDER [--seeds 1,2,3] [--hidden 128] [--vocab 512] [--tokens 96] [--only NAME,NAME] [--converter CMD]
TEXT is any English text of 100 kB or more (it trains the tokenizer). Each model becomes FOLDER/NAME-SEED: config.json as
published checkpoints have it, model.safetensors, tokenizer files, expected.safetensors (input_ids, logits in float32).
With CMD, the command of convert_hf_to_gguf.py, FOLDER/hashes.json gets the SHA-256 of its F32 and BF16 files.
The goldens beside this script's tests: --seeds 7 --hidden 32 --vocab 300 --tokens 24, the tokenizer kept once.
Made with torch 2.14.1, transformers 5.12.1, llama.cpp 0.7.0.
"""
import argparse
import hashlib
import json
import math
import os
import shlex
import subprocess
import tempfile

import torch
import transformers as tf
from safetensors.torch import load_file, save_file
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def rope(kind="default", **more):
    return dict(rope_type=kind, rope_theta=10000.0, **more)


def table(h, v):
    """name -> (config, keys that published files have beside those of the class)."""
    common = dict(vocab_size=v, hidden_size=h, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=2 * h,
                  max_position_embeddings=256, bos_token_id=1, eos_token_id=2, pad_token_id=0)
    experts = dict(common, num_experts=4, num_experts_per_tok=2)
    mla = dict(common, num_key_value_heads=4, moe_intermediate_size=h, kv_lora_rank=32, qk_nope_head_dim=32, qk_rope_head_dim=16, v_head_dim=32,
               num_experts_per_tok=2, first_k_dense_replace=1)
    yarn = rope("yarn", factor=4.0, original_max_position_embeddings=64, beta_fast=32.0, beta_slow=1.0, mscale=0.707, mscale_all_dim=0.707)
    sigmoid = dict(scoring_func="sigmoid", topk_method="noaux_tc")
    half = h // 2
    padded = -(-v // 16) * 16
    factors = dict(short_factor=[1.0 + i / 16 for i in range(h // 8)], long_factor=[1.0 + i for i in range(h // 8)])
    granite = dict(common, num_local_experts=4, num_experts_per_tok=2, embedding_multiplier=2.0, logits_scaling=4.0, residual_multiplier=0.5, attention_multiplier=0.1)
    return {
        "mixtral": (tf.MixtralConfig(**dict(common, num_local_experts=4, num_experts_per_tok=2)), {}),
        "qwen2moe": (tf.Qwen2MoeConfig(**dict(experts, moe_intermediate_size=half, shared_expert_intermediate_size=h)), {}),
        "qwen3moe": (tf.Qwen3MoeConfig(**dict(experts, head_dim=half, moe_intermediate_size=h, norm_topk_prob=True)), {}),
        "olmoe": (tf.OlmoeConfig(**experts), {}),
        "phimoe": (tf.PhimoeConfig(**dict(common, num_local_experts=4, num_experts_per_tok=2, attention_bias=True, lm_head_bias=True)), {"original_max_position_embeddings": 256}),
        "phimoe-long": (tf.PhimoeConfig(**dict(common, num_local_experts=4, num_experts_per_tok=2, attention_bias=True, lm_head_bias=True, rope_parameters=rope(
            "longrope", original_max_position_embeddings=128, short_mscale=1.1902380714238083, long_mscale=1.1902380714238083, **factors))),
            {"original_max_position_embeddings": 128}),
        "granitemoe": (tf.GraniteMoeConfig(**granite), {}),
        "granitemoeshared": (tf.GraniteMoeSharedConfig(**dict(granite, shared_intermediate_size=half)), {}),
        "gptoss": (tf.GptOssConfig(**dict(common, head_dim=half, num_local_experts=4, num_experts_per_tok=2, sliding_window=16)), {}),
        "gptoss-mxfp4": (tf.GptOssConfig(**dict(common, head_dim=half, num_local_experts=4, num_experts_per_tok=2, sliding_window=16)),
                         {"quantization_config": {"quant_method": "mxfp4"}}),
        "deepseek2": (tf.DeepseekV2Config(**dict(mla, q_lora_rank=32, n_routed_experts=4, n_shared_experts=1)), {"scoring_func": "softmax"}),
        "deepseek2-lite": (tf.DeepseekV2Config(**dict(mla, q_lora_rank=None, n_routed_experts=4, n_shared_experts=2, rope_parameters=yarn)), {"scoring_func": "softmax"}),
        "deepseek2-groups": (tf.DeepseekV2Config(**dict(mla, q_lora_rank=32, n_routed_experts=8, n_shared_experts=1, n_group=4, topk_group=2,
                                                        topk_method="group_limited_greedy", routed_scaling_factor=16.0)), {"scoring_func": "softmax"}),
        "deepseek3": (tf.DeepseekV3Config(**dict(mla, q_lora_rank=32, n_routed_experts=8, n_shared_experts=1, n_group=4, topk_group=2, rope_parameters=yarn)), sigmoid),
        "mamba": (tf.MambaConfig(vocab_size=padded, hidden_size=h, num_hidden_layers=2), {}),
        "mamba2": (tf.Mamba2Config(vocab_size=padded, hidden_size=h, num_hidden_layers=2, num_heads=8, head_dim=h // 4, n_groups=2, state_size=16), {}),
    }


def tokenizer(text, v):
    tk = Tokenizer(models.BPE())
    tk.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
                                                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tk.decoder = decoders.ByteLevel()
    tk.train([text], trainers.BpeTrainer(vocab_size=v, special_tokens=["<|pad|>", "<|begin_of_text|>", "<|end_of_text|>"],
                                         initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tk.post_processor = processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A $B", special_tokens=[("<|begin_of_text|>", 1)])
    return tf.PreTrainedTokenizerFast(tokenizer_object=tk, bos_token="<|begin_of_text|>", eos_token="<|end_of_text|>")


def randomize(model):
    with torch.no_grad():
        for name, w in list(model.named_parameters()) + [x for x in model.named_buffers() if "e_score_correction" in x[0]]:
            if "e_score_correction" in name or "sinks" in name:
                w.normal_(0, 0.2)
            elif name.endswith(("A_log", "dt_bias", ".D", "dt_proj.bias")):
                w.add_(torch.randn_like(w) * 0.1)
            elif w.dim() > 1:
                w.normal_(0, 1.5 / w.shape[-1] ** 0.5)
            else:
                w.add_(torch.randn_like(w) * 0.1)


def publish(folder, more):
    path = os.path.join(folder, "config.json")
    c = json.load(open(path))
    settings = c.get("rope_parameters") or {}
    if "rope_theta" in settings:
        c["rope_theta"] = settings["rope_theta"]
        if settings.get("rope_type", "default") != "default":
            c["rope_scaling"] = {k: x for k, x in settings.items() if k != "rope_theta"}
    if c["model_type"] == "phimoe":
        c["architectures"] = ["PhiMoEForCausalLM"]
    c.update(more)
    json.dump(c, open(path, "w"), indent=1)


def mxfp4(model, folder):
    """Rounds the experts of a model to MXFP4, and puts them into its file as published."""
    path = os.path.join(folder, "model.safetensors")
    stored = load_file(path)
    values = torch.tensor([0, .5, 1, 1.5, 2, 3, 4, 6, -0.0, -.5, -1, -1.5, -2, -3, -4, -6])
    for name, w in model.named_parameters():
        if not name.endswith(("experts.gate_up_proj", "experts.down_proj")):
            continue
        x = w.data.transpose(1, 2)
        x = x.reshape(*x.shape[:2], -1, 32)
        power = torch.floor(torch.log2(x.abs().amax(-1, keepdim=True))) - 2
        codes = (x.unsqueeze(-1) / 2 ** power.unsqueeze(-1) - values).abs().argmin(-1)
        w.data.copy_((values[codes] * 2 ** power).reshape(*x.shape[:2], -1).transpose(1, 2))
        del stored[name]
        stored[name + "_blocks"] = (codes[..., 0::2] | codes[..., 1::2] << 4).to(torch.uint8)
        stored[name + "_scales"] = (power.squeeze(-1) + 127).to(torch.uint8)
    save_file(stored, path, metadata={"format": "pt"})


def make(name, seed, spec, tk, ids, out):
    config, more = spec
    if name.startswith("deepseek2"):  # transformers 5.12 reads it and never sets it
        tf.models.deepseek_v2.modeling_deepseek_v2.DeepseekV2Moe.num_experts = config.n_routed_experts
    torch.manual_seed(seed)
    folder = f"{out}/{name}-{seed}"
    os.makedirs(folder, exist_ok=True)
    model = tf.AutoModelForCausalLM.from_config(config).float().eval()
    randomize(model)
    kept = {k: x.clone() for k, x in model.named_buffers() if "e_score_correction" in k}
    model = model.to(torch.bfloat16)
    for k, x in model.named_buffers():
        if k in kept:
            x.data = kept[k]
    model.save_pretrained(folder)
    tk.save_pretrained(folder)
    model = tf.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    publish(folder, more)
    if name.endswith("mxfp4"):
        mxfp4(model, folder)
    scale = (config.to_dict().get("rope_parameters") or {}).get("mscale_all_dim")
    if scale and name.startswith("deepseek2"):  # as the code that was published with the models does, but not transformers 5.12
        for layer in model.model.layers:
            layer.self_attn.scaling *= (0.1 * scale * math.log(config.rope_parameters["factor"]) + 1) ** 2
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False).logits
    save_file({"input_ids": ids, "logits": logits.contiguous()}, f"{folder}/expected.safetensors")
    print(name, seed, "parameters", sum(w.numel() for w in model.parameters()), "std", round(logits.std().item(), 3), flush=True)


def rwkv6(seed, h, v, out):
    """A model of which transformers has no class: tensors as they are published, a vocabulary of bytes and pairs of letters."""
    torch.manual_seed(seed)
    folder = f"{out}/rwkv6-{seed}"
    os.makedirs(folder, exist_ok=True)
    ff, layers, size = 64, 3, 16
    shapes = {"rwkv.embeddings.weight": (v, h), "rwkv.ln_out.weight": (h,), "rwkv.ln_out.bias": (h,), "head.weight": (v, h)}
    for i in range(layers):
        b, a, f = f"rwkv.blocks.{i}.", f"rwkv.blocks.{i}.attention.", f"rwkv.blocks.{i}.feed_forward."
        for norm in ("ln1", "ln2") + (("pre_ln",) if i == 0 else ()):
            shapes |= {f"{b}{norm}.weight": (h,), f"{b}{norm}.bias": (h,)}
        shapes |= {f"{a}time_maa_{x}": (1, 1, h) for x in "xwkvrg"} | {f"{a}time_decay": (1, 1, h)}
        shapes |= {f"{a}time_maa_w1": (h, 160), f"{a}time_maa_w2": (5, 32, h), f"{a}time_decay_w1": (h, 64), f"{a}time_decay_w2": (64, h)}
        shapes |= {f"{a}time_faaaa": (h // size, size), f"{a}ln_x.weight": (h,), f"{a}ln_x.bias": (h,)}
        shapes |= {f"{a}{x}.weight": (h, h) for x in ("receptance", "key", "value", "gate", "output")}
        shapes |= {f"{f}time_maa_k": (1, 1, h), f"{f}time_maa_r": (1, 1, h)}
        shapes |= {f"{f}key.weight": (ff, h), f"{f}receptance.weight": (h, h), f"{f}value.weight": (h, ff)}
    save_file({k: (torch.randn(x) * 0.5).to(torch.bfloat16) for k, x in shapes.items()}, f"{folder}/model.safetensors", metadata={"format": "pt"})
    json.dump({"architectures": ["Rwkv6ForCausalLM"], "model_type": "rwkv6", "hidden_size": h, "head_size": size, "num_hidden_layers": layers, "vocab_size": v,
               "intermediate_size": ff, "layer_norm_epsilon": 1e-5, "rescale_every": 2, "torch_dtype": "bfloat16"}, open(f"{folder}/config.json", "w"), indent=1)
    tokens = [bytes([i]) for i in range(256)] + [b"th", b"he", b"in", b"er", b"an", b"\n\n"]
    with open(f"{folder}/rwkv_vocab_v20230424.txt", "w", encoding="utf-8") as file:
        for i, token in enumerate(tokens):
            text = repr(token.decode() if token.isascii() else token)
            file.write(f"{i + 1} {text} {len(token)}\n")


def deepseek(seed, h, v, out):
    """The first DeepSeek, of which transformers has no class: random tensors in its layout."""
    torch.manual_seed(seed)
    folder = f"{out}/deepseek-{seed}"
    os.makedirs(folder, exist_ok=True)
    shapes = {"model.embed_tokens.weight": (v, h), "model.norm.weight": (h,), "lm_head.weight": (v, h)}
    for i in range(2):
        b = f"model.layers.{i}."
        shapes |= {f"{b}input_layernorm.weight": (h,), f"{b}post_attention_layernorm.weight": (h,)}
        shapes |= {f"{b}self_attn.{x}_proj.weight": (h, h) for x in "qkvo"}
        parts = [("mlp.", 2 * h)] if i == 0 else [(f"mlp.experts.{e}.", h // 2) for e in range(4)] + [("mlp.shared_experts.", h)]
        for part, ff in parts:
            shapes |= {f"{b}{part}gate_proj.weight": (ff, h), f"{b}{part}up_proj.weight": (ff, h), f"{b}{part}down_proj.weight": (h, ff)}
        if i > 0:
            shapes[f"{b}mlp.gate.weight"] = (4, h)
    save_file({k: (torch.randn(x) * 0.1).to(torch.bfloat16) for k, x in shapes.items()}, f"{folder}/model.safetensors", metadata={"format": "pt"})
    json.dump({"architectures": ["DeepseekForCausalLM"], "model_type": "deepseek", "hidden_size": h, "intermediate_size": 2 * h, "moe_intermediate_size": h // 2,
               "num_attention_heads": 4, "num_key_value_heads": 4, "num_hidden_layers": 2, "vocab_size": v, "n_routed_experts": 4, "n_shared_experts": 2,
               "num_experts_per_tok": 2, "first_k_dense_replace": 1, "moe_layer_freq": 1, "norm_topk_prob": False, "scoring_func": "softmax", "hidden_act": "silu",
               "max_position_embeddings": 256, "rms_norm_eps": 1e-6, "rope_theta": 10000, "rope_scaling": None, "tie_word_embeddings": False,
               "torch_dtype": "bfloat16"}, open(f"{folder}/config.json", "w"), indent=1)


def hashes(converter, folder):
    found = {}
    for kind in ("F32", "BF16"):
        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, "model.gguf")
            subprocess.run([*shlex.split(converter), folder, "--outfile", path, "--outtype", kind.lower()], check=True, capture_output=True)
            found[kind] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found


def main():
    p = argparse.ArgumentParser()
    p.add_argument("text"), p.add_argument("folder"), p.add_argument("--seeds", default="1"), p.add_argument("--only", default="")
    p.add_argument("--hidden", type=int, default=128), p.add_argument("--vocab", type=int, default=512), p.add_argument("--tokens", type=int, default=96)
    p.add_argument("--converter", default="")
    a = p.parse_args()
    golden = {}
    tk = tokenizer(a.text, a.vocab - 8)  # real vocabularies are padded past their tokenizer
    words = open(a.text, encoding="utf-8").read()[20000:20400]
    ids = torch.tensor([tk.encode(words, add_special_tokens=False)[:a.tokens]])
    if not a.only or "by-hand" in a.only.split(","):
        for seed in map(int, a.seeds.split(",")):
            rwkv6(seed, a.hidden, a.vocab, a.folder)
            deepseek(seed, a.hidden, a.vocab, a.folder)
            tk.save_pretrained(f"{a.folder}/deepseek-{seed}")
            if a.converter:
                for name in ("rwkv6", "deepseek"):
                    golden[f"{name}-{seed}"] = hashes(a.converter, f"{a.folder}/{name}-{seed}")
    for name, spec in table(a.hidden, a.vocab).items():
        if a.only and name not in a.only.split(","):
            continue
        for seed in map(int, a.seeds.split(",")):
            make(name, seed, spec, tk, ids, a.folder)
            if a.converter:
                golden[f"{name}-{seed}"] = hashes(a.converter, f"{a.folder}/{name}-{seed}")
    if a.converter:
        json.dump(golden, open(f"{a.folder}/hashes.json", "w"), indent=1)


main()
