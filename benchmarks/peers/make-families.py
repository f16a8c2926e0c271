#!/usr/bin/env python3
"""Makes small models of every family as they are published, and the logits that PyTorch computes for them in float32.

Usage: make-families.py FOLDER TEXT --seed N [NAME...]      make-families.py list N
Writes FOLDER/NAME-N/ (config.json, model.safetensors, tokenizer) with expected.safetensors (input_ids, logits) in it. TEXT is
any English text of 100 kB or more and trains the two tokenizers. The seed chooses weights and shapes: 1 has the usual ones in
BF16, 2 in F16 a head length that is not hidden / heads where a family publishes such, one head of keys and values, a number of heads
that is no power of two and a vocabulary that no block size divides, 3 in F32 as many heads of keys as of queries and one block, 4 is
2 in BF16 with its head length wherever the class in transformers takes one, 5 has other numbers of everything, 6 is small enough to be
kept in the tree. A family that
transformers has no class for takes the class that computes the same, its weights renamed to the published layout.
Run with torch 2.14, transformers 5.12, sentencepiece 0.2.
"""
import json
import math
import os
import shutil
import sys

import torch
import transformers as tf
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PIECES, BYTES, TOKENS = 352, 300, 96
SHAPES = {  # hidden, heads, heads of keys, head length where a configuration has it, feed-forward, blocks, padding, type
    1: (64, 4, 2, 16, 96, 2, 4, torch.bfloat16),
    2: (96, 6, 1, 20, 88, 3, 13, torch.float16),
    3: (80, 5, 5, 24, 120, 1, 7, torch.float32),
    4: (96, 6, 1, 20, 88, 3, 13, torch.bfloat16),
    5: (72, 9, 3, 14, 104, 4, 31, torch.float32),
    6: (32, 4, 2, 12, 40, 2, 4, torch.bfloat16),
}


def rope(share=1.0, theta=10000.0, **more):
    return dict(dict(rope_type="default", rope_theta=theta, partial_rotary_factor=share), **more)


def llama3(theta=500000.0):
    return rope(theta=theta, rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)


def yarn(**more):
    return rope(**dict(dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32), **more))


def families(seed):
    """name -> a function that gives (configuration, tokenizer, keys of config.json beside those of transformers 5, how weights are renamed)."""
    h, n, kv, head, ff, layers, _, _ = SHAPES[seed]
    common = dict(hidden_size=h, num_hidden_layers=layers, num_attention_heads=n, max_position_embeddings=512, bos_token_id=1, eos_token_id=2, pad_token_id=0)
    dense = dict(common, intermediate_size=4 * h, tie_word_embeddings=False)
    gated = dict(common, intermediate_size=ff, num_key_value_heads=kv, tie_word_embeddings=False)
    if seed == 4:
        gated["head_dim"] = head
    equal = dict(gated, num_key_value_heads=n)
    wide = dict(gated, head_dim=head)
    tied = dict(tie_word_embeddings=True)
    old = dict(n_embd=h, n_layer=layers, n_head=n, n_positions=512, bos_token_id=1, eos_token_id=2)
    four, six = dict(num_hidden_layers=4), dict(num_hidden_layers=6)
    mix, local = dict(gated, num_experts=5, num_experts_per_tok=2), dict(gated, num_local_experts=5, num_experts_per_tok=2)
    granite = dict(embedding_multiplier=12.0, logits_scaling=8.0, residual_multiplier=0.22, attention_multiplier=0.015625 * 8)
    pairs = h // n // 2
    short, long = [1 + i / 8 for i in range(pairs)], [1 + i / 2 for i in range(pairs)]
    longrope = rope(rope_type="longrope", short_factor=short, long_factor=long, original_max_position_embeddings=64)
    latent = dict(equal, moe_intermediate_size=24, num_experts_per_tok=2, kv_lora_rank=40, qk_nope_head_dim=24, qk_rope_head_dim=8, v_head_dim=20, head_dim=8, first_k_dense_replace=1, num_hidden_layers=max(2, layers))
    period = lambda count, size: ["full_attention" if (i + 1) % size == 0 else "sliding_attention" for i in range(count)]
    gemma3 = dict(full_attention=rope(theta=1e6, rope_type="linear", factor=8.0), sliding_attention=rope(theta=1e4))
    B, P = BYTES, PIECES
    table = {
        "llama": (tf.LlamaConfig(**gated), P),
        "llama-head": (tf.LlamaConfig(**wide), P),
        "llama-bias": (tf.LlamaConfig(**dict(gated, attention_bias=True, mlp_bias=True)), P),
        "llama3": (tf.LlamaConfig(**{**gated, **tied, "rope_parameters": llama3()}), B),
        "llama-linear": (tf.LlamaConfig(**dict(gated, rope_parameters=rope(rope_type="linear", factor=2.5))), P),
        "llama-dynamic": (tf.LlamaConfig(**dict(gated, rope_parameters=rope(rope_type="dynamic", factor=2.0))), P),
        "llama-yarn": (tf.LlamaConfig(**dict(gated, rope_parameters=yarn())), P),
        "llama-yarn-factor": (tf.LlamaConfig(**dict(gated, rope_parameters=yarn(attention_factor=1.3, beta_fast=16.0, beta_slow=2.0))), P),
        "llama-yarn-mscale": (tf.LlamaConfig(**dict(gated, rope_parameters=yarn(mscale=1.0, mscale_all_dim=0.5))), P),
        "llama-yarn-whole": (tf.LlamaConfig(**dict(gated, rope_parameters=yarn(truncate=False))), P),
        "mistral": (tf.MistralConfig(**dict(wide, sliding_window=32)), P),
        "mixtral": (tf.MixtralConfig(**dict(local, sliding_window=None)), P),
        "gptneox": (tf.GPTNeoXConfig(**dict(dense, rope_parameters=rope(0.25))), B),
        "gptneox-redpajama": (tf.GPTNeoXConfig(**dict(dense, use_parallel_residual=False, rope_parameters=rope(1.0))), B),
        "gptneox-20b": (tf.GPTNeoXConfig(**dict(dense, hidden_act="gelu_fast", rope_parameters=rope(0.25, 20000.0))), B),
        "gpt2": (tf.GPT2Config(**old), B, dict(n_ctx=512)),
        "gpt2-cerebras": (tf.GPT2Config(**dict(old, activation_function="gelu", n_inner=3 * h)), B, dict(n_ctx=512)),
        "gptj": (tf.GPTJConfig(**dict(old, rotary_dim=8)), B),
        "starcoder": (tf.GPTBigCodeConfig(**dict(old, multi_query=True, activation_function="gelu_pytorch_tanh")), B),
        "starcoder-heads": (tf.GPTBigCodeConfig(**dict(old, multi_query=False)), B),
        "starcoder2": (tf.Starcoder2Config(**dict(gated, sliding_window=32)), B),
        "starcoder2-7b": (tf.Starcoder2Config(**dict(gated, sliding_window=None)), B),
        "bloom": (tf.BloomConfig(hidden_size=h, n_layer=layers, n_head=n), B),
        "mpt": (tf.MptConfig(d_model=h, n_layers=layers, n_heads=n, max_seq_len=512), B),
        "mpt-clip": (tf.MptConfig(d_model=h, n_layers=layers, n_heads=n, max_seq_len=512, expansion_ratio=4, attn_config=dict(alibi=True, alibi_bias_max=8, clip_qkv=1.5)), B),
        "falcon-7b": (tf.FalconConfig(**dict(common, multi_query=True, new_decoder_architecture=False, parallel_attn=True, bias=False, alibi=False)), B, dict(num_kv_heads=1)),
        "falcon-40b": (tf.FalconConfig(**dict(common, num_kv_heads=kv, new_decoder_architecture=True, parallel_attn=True, bias=False, alibi=False)), B),
        "falcon-7b-old": (tf.FalconConfig(**dict(common, multi_query=True, new_decoder_architecture=False, parallel_attn=True, bias=False, alibi=False)), B, None, refined),
        "falcon-40b-old": (tf.FalconConfig(**dict(common, num_kv_heads=kv, new_decoder_architecture=True, parallel_attn=True, bias=False, alibi=False)), B, None, refined),
        "falcon-11b": (tf.FalconConfig(**dict(common, num_kv_heads=kv, new_decoder_architecture=True, num_ln_in_parallel_attn=1, parallel_attn=True, bias=False, alibi=False)), B),
        "stablelm-3b": (tf.StableLmConfig(**dict(equal, rope_parameters=rope(0.25))), B),
        "stablelm-epoch": (tf.StableLmConfig(**dict(equal, rope_parameters=rope(0.25))), B, None, epoch),
        "stablelm-2-1.6b": (tf.StableLmConfig(**dict(gated, use_qkv_bias=True, rope_parameters=rope(0.5))), B),
        "stablelm-2-12b": (tf.StableLmConfig(**dict(gated, use_parallel_residual=True, qk_layernorm=True, rope_parameters=rope(0.25))), B),
        "qwen": (tf.Qwen2Config(**equal), B, None, qwen1),
        "qwen2": (tf.Qwen2Config(**dict(gated, rope_parameters=rope(theta=1e6))), B),
        "qwen2-tied": (tf.Qwen2Config(**{**gated, **tied}), B),
        "qwen2-yarn": (tf.Qwen2Config(**dict(gated, rope_parameters=yarn())), B),
        "qwen2-window": (tf.Qwen2Config(**dict(gated, num_hidden_layers=3, use_sliding_window=True, sliding_window=16, max_window_layers=1)), B),
        "qwen3-window": (tf.Qwen3Config(**dict(wide, num_hidden_layers=3, use_sliding_window=True, sliding_window=16, max_window_layers=2)), B),
        "qwen2moe-window": (tf.Qwen2MoeConfig(**dict(mix, num_hidden_layers=3, moe_intermediate_size=32, shared_expert_intermediate_size=40, use_sliding_window=True, sliding_window=16, max_window_layers=2)), B),
        "qwen3moe-window": (tf.Qwen3MoeConfig(**dict(mix, head_dim=head, moe_intermediate_size=32, decoder_sparse_step=1, norm_topk_prob=True, use_sliding_window=True, sliding_window=16)), B),
        "qwen3": (tf.Qwen3Config(**wide), B),
        "qwen3-yarn": (tf.Qwen3Config(**dict(wide, rope_parameters=yarn(theta=1e6))), B),
        "qwen2moe": (tf.Qwen2MoeConfig(**dict(mix, moe_intermediate_size=32, shared_expert_intermediate_size=40, decoder_sparse_step=1)), B),
        "qwen3moe": (tf.Qwen3MoeConfig(**dict(mix, head_dim=head, moe_intermediate_size=32, decoder_sparse_step=1, norm_topk_prob=True)), B),
        "gemma": (tf.GemmaConfig(**{**wide, **tied}), P),
        "gemma2": (tf.Gemma2Config(**{**wide, **tied, "sliding_window": 32, "query_pre_attn_scalar": head, "num_hidden_layers": max(2, layers)}), P),
        "gemma3": (tf.Gemma3TextConfig(**{**wide, **tied, **six, "sliding_window": 32, "query_pre_attn_scalar": head, "rope_parameters": gemma3}), P),
        "phi2": (tf.PhiConfig(**dict(dense, rope_parameters=rope(0.5))), B),
        "phi2-old": (tf.PhiConfig(**dict(dense, rope_parameters=rope(0.5))), B, None, phi_msft),
        "phi3-4k": (tf.Phi3Config(**dict(equal, sliding_window=32)), P),
        "phi3-128k": (tf.Phi3Config(**dict(equal, sliding_window=None, rope_parameters=longrope, original_max_position_embeddings=64)), P),
        "phi3-128k-short": (tf.Phi3Config(**dict(equal, sliding_window=None, rope_parameters=dict(longrope, original_max_position_embeddings=128), original_max_position_embeddings=128)), P),
        "phi4-mini": (tf.Phi3Config(**{**gated, **tied, "sliding_window": None, "rope_parameters": dict(longrope, partial_rotary_factor=0.75, short_factor=short[:pairs * 3 // 4], long_factor=long[:pairs * 3 // 4]), "original_max_position_embeddings": 64}), P),
        "phi4": (tf.Phi3Config(**dict(gated, sliding_window=None, rope_parameters=rope(theta=250000.0))), B),
        "phimoe": (tf.PhimoeConfig(**dict(local, attention_bias=True, lm_head_bias=True, sliding_window=None, rope_parameters=rope(original_max_position_embeddings=512))), P),
        "phimoe-long": (tf.PhimoeConfig(**dict(local, attention_bias=True, lm_head_bias=True, sliding_window=None, rope_parameters=dict(longrope, short_mscale=1.25, long_mscale=1.25))), P),
        "gpt-oss-truncated": (tf.GptOssConfig(**dict(local, head_dim=head, num_hidden_layers=max(2, layers), sliding_window=32, rope_parameters=yarn(theta=150000.0, factor=32.0, truncate=True, beta_fast=32.0, beta_slow=1.0))), B),
        "gpt-oss": (tf.GptOssConfig(**dict(local, head_dim=head, num_hidden_layers=max(2, layers), sliding_window=32)), B),
        "deepseek": (tf.LlamaConfig(**dict(gated, num_hidden_layers=max(2, layers))), B, None, deepseek1),
        "deepseek2": (tf.DeepseekV2Config(**dict(latent, n_routed_experts=8, n_shared_experts=1, q_lora_rank=48, topk_method="group_limited_greedy", n_group=4, topk_group=2, routed_scaling_factor=1.5)), B),
        "deepseek2-yarn": (tf.DeepseekV2Config(**dict(latent, n_routed_experts=8, n_shared_experts=1, q_lora_rank=48, rope_parameters=yarn(mscale=0.707, mscale_all_dim=0.707))), B),
        "deepseek2-lite": (tf.DeepseekV2Config(**dict(latent, num_hidden_layers=27, n_routed_experts=5, n_shared_experts=2, q_lora_rank=None)), B),
        "deepseek3": (tf.DeepseekV3Config(**dict(latent, n_routed_experts=8, n_shared_experts=1, q_lora_rank=48, n_group=4, topk_group=2, routed_scaling_factor=2.5, rope_parameters=yarn(mscale=1.0, mscale_all_dim=1.0))), B, dict(scoring_func="sigmoid", num_nextn_predict_layers=1), extra_layer),
        "olmo": (tf.OlmoConfig(**gated), B),
        "olmo-old": (tf.OlmoConfig(**gated), B, None, olmo1),
        "olmo-clip": (tf.OlmoConfig(**{**equal, **tied, "clip_qkv": 1.5}), B),
        "olmo2": (tf.Olmo2Config(**gated), B),
        "olmo3": (tf.Olmo3Config(**{**gated, **four, "sliding_window": 32, "layer_types": period(4, 4)}), B),
        "olmo3-yarn": (tf.Olmo3Config(**{**gated, **four, "sliding_window": 32, "layer_types": period(4, 4), "rope_parameters": yarn(attention_factor=1.2079441541679836, beta_fast=32.0, beta_slow=1.0)}), B),
        "olmoe": (tf.OlmoeConfig(**dict(mix, num_key_value_heads=n)), B),
        "granite": (tf.GraniteConfig(**dict(gated, **granite)), B),
        "granitemoe": (tf.GraniteMoeConfig(**dict(local, **granite)), B),
        "granitemoe-shared": (tf.GraniteMoeSharedConfig(**dict(local, shared_intermediate_size=32, **granite)), B),
        "smollm3": (tf.SmolLM3Config(**{**gated, **four, **tied, "no_rope_layer_interval": 4}), B),
        "command-r": (tf.CohereConfig(**{**equal, **tied, "logit_scale": 0.25}), B),
        "command-r-plus": (tf.CohereConfig(**{**gated, **tied, "use_qk_norm": True, "logit_scale": 0.8333}), B),
        "command-r-plus-64": (tf.CohereConfig(**{**gated, **tied, "num_hidden_layers": 64, "use_qk_norm": True, "logit_scale": 0.8333}), B),
        "cohere2": (tf.Cohere2Config(**{**gated, **four, **tied, "sliding_window": 32, "logit_scale": 0.25}), B, dict(rotary_pct=1.0)),
        "internlm2": (tf.LlamaConfig(**dict(gated, rope_parameters=rope(theta=1e6))), P, None, internlm2),
        "internlm2-dynamic": (tf.LlamaConfig(**dict(gated, rope_parameters=rope(theta=1e6, rope_type="dynamic", factor=2.0))), P, None, internlm2),
        "baichuan-7b": (tf.LlamaConfig(**equal), P, None, baichuan),
        "baichuan-7b-32": (tf.LlamaConfig(**dict(equal, num_hidden_layers=32)), P, None, baichuan),
        "baichuan-13b-40": (tf.LlamaConfig(**dict(equal, num_hidden_layers=40)), P, None, baichuan),
        "minicpm": (tf.GraniteConfig(**{**gated, **tied, "embedding_multiplier": 12.0, "residual_multiplier": 1.4 / layers ** 0.5, "logits_scaling": h / 32, "attention_multiplier": (h // n) ** -0.5}), P, None, minicpm),
        "minicpm4": (tf.GraniteConfig(**{**gated, **tied, "embedding_multiplier": 12.0, "residual_multiplier": 1.4 / layers ** 0.5, "logits_scaling": h / 32, "attention_multiplier": (h // n) ** -0.5, "rope_parameters": longrope}), P, None, minicpm),
        "nemotron": (tf.NemotronConfig(**dict(gated, head_dim=gated.get("head_dim", h // n), rope_parameters=rope(0.5))), P),
        "exaone3": (tf.LlamaConfig(**dict(gated, rope_parameters=llama3())), B, None, exaone3),
        "exaone4": (tf.Exaone4Config(**{**gated, **four, "sliding_window": 32, "sliding_window_pattern": 4, "rope_parameters": llama3()}), B),
        "exaone4-32b-64": (tf.Exaone4Config(**{**gated, "num_hidden_layers": 64, "sliding_window": 32, "sliding_window_pattern": 4, "rope_parameters": llama3()}), B),
        "exaone4-1.2b": (tf.Exaone4Config(**{**gated, **tied, "sliding_window": None, "sliding_window_pattern": None, "layer_types": ["full_attention"] * layers, "rope_parameters": llama3()}), B),
        "glm": (tf.GlmConfig(**dict(gated, head_dim=h // n, attention_bias=True, rope_parameters=rope(0.5))), B),
        "chatglm": (tf.GlmConfig(**dict(gated, head_dim=h // n, attention_bias=True, rms_norm_eps=1e-5, rope_parameters=rope(0.5, 5000000.0))), B, None, chatglm),
        "glm4": (tf.Glm4Config(**dict(gated, head_dim=h // n, attention_bias=True, rope_parameters=rope(0.5))), B),
    }
    table |= variants(seed, dict(common=common, dense=dense, gated=gated, equal=equal, wide=wide, tied=tied, old=old, mix=mix, local=local, granite=granite, latent=latent, period=period))
    # a head length beside these is not published, or means nothing
    without = ("stablelm", "olmoe", "phi3-128k", "phi4-mini", "phimoe-long")
    plain = [name for name, entry in table.items() if len(entry) == 4 or name.startswith(without)] if seed == 4 else []
    return {name: (entry + (None, None))[:4] for name, entry in table.items() if name not in plain}


def variants(seed, is_):
    """What is published less often: settings that the models above leave as they are."""
    h, n, kv, head, ff, layers, _, _ = SHAPES[seed]
    common, dense, gated, equal, wide, tied, old, mix, local, granite, latent, period = (is_[k] for k in "common dense gated equal wide tied old mix local granite latent period".split())
    biased = dict(attention_bias=True, mlp_bias=True)
    four = dict(num_hidden_layers=4)
    sparse = dict(moe_intermediate_size=32, num_hidden_layers=4)
    B, P = BYTES, PIECES
    third = dict(q_lora_rank=48, n_routed_experts=8, n_shared_experts=1, n_group=4, topk_group=2, routed_scaling_factor=2.5)
    return {
        "llama-tied-head": (tf.LlamaConfig(**{**gated, **tied}), P, None, with_head),
        "llama-mixed": (tf.LlamaConfig(**gated), P, None, norms_in_f32),
        "llama-narrow": (tf.LlamaConfig(**dict(gated, head_dim=6)), P),
        "llama-scaled-head": (tf.LlamaConfig(**{**wide, "rope_parameters": llama3()}), B),
        "llama-gelu": (tf.LlamaConfig(**dict(gated, hidden_act="gelu")), P),
        "mistral-narrow": (tf.MistralConfig(**dict(gated, sliding_window=None, head_dim=10)), P),
        "mixtral-window": (tf.MixtralConfig(**dict(local, sliding_window=16, num_experts_per_tok=3)), P),
        "mixtral-head": (tf.MixtralConfig(**dict(local, sliding_window=None, head_dim=head)), P),
        "gptneox-plain": (tf.GPTNeoXConfig(**dict(dense, attention_bias=False, rope_parameters=rope(1.0))), B),
        "gptneox-tied": (tf.GPTNeoXConfig(**{**dense, **tied, "intermediate_size": 3 * h, "hidden_act": "relu"}), B),
        "gptneox-linear": (tf.GPTNeoXConfig(**dict(dense, rope_parameters=rope(0.25, rope_type="linear", factor=4.0))), B),
        "gpt2-bare": (tf.GPT2Config(**old), B, None, bare),
        "gpt2-relu": (tf.GPT2Config(**dict(old, activation_function="relu", tie_word_embeddings=False)), B),
        "gpt2-inverse": (tf.GPT2Config(**dict(old, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True)), B),
        "gptj-whole": (tf.GPTJConfig(**dict(old, rotary_dim=h // n, n_inner=3 * h)), B),
        "starcoder2-plain": (tf.Starcoder2Config(**{**gated, **tied, "use_bias": False, "sliding_window": None}), B),
        "starcoder2-linear": (tf.Starcoder2Config(**dict(gated, sliding_window=None, rope_parameters=rope(rope_type="linear", factor=2.0))), B),
        "bloom-bare": (tf.BloomConfig(hidden_size=h, n_layer=layers, n_head=n), B, None, bare),
        "bloom-post": (tf.BloomConfig(hidden_size=h, n_layer=layers, n_head=n, apply_residual_connection_post_layernorm=True), B),
        "mpt-16": (tf.MptConfig(d_model=h, n_layers=layers, n_heads=n, max_seq_len=512, attn_config=dict(alibi=True, alibi_bias_max=16)), B),
        "mpt-scaled": (tf.MptConfig(d_model=h, n_layers=layers, n_heads=n, max_seq_len=512, attn_config=dict(alibi=True, softmax_scale=0.3)), B),
        "falcon-head": (tf.FalconConfig(**dict(common, num_kv_heads=kv, new_decoder_architecture=True, parallel_attn=True, bias=True, alibi=False, ffn_hidden_size=3 * h, tie_word_embeddings=False)), B),
        "falcon-all": (tf.FalconConfig(**dict(common, num_kv_heads=n, multi_query=False, new_decoder_architecture=False, parallel_attn=True, bias=True, alibi=False)), B),
        "falcon-theta": (tf.FalconConfig(**dict(common, num_kv_heads=kv, new_decoder_architecture=True, num_ln_in_parallel_attn=1, bias=False, alibi=False, rope_parameters=rope(theta=500042.0))), B),
        "falcon-rw": (tf.FalconConfig(**dict(common, num_kv_heads=n, multi_query=False, new_decoder_architecture=False, parallel_attn=False, bias=True, alibi=True)), B),
        "stablelm-gqa": (tf.StableLmConfig(**dict(gated, use_qkv_bias=True, use_parallel_residual=True, rope_parameters=rope(0.5, 1e5))), B),
        "stablelm-tied": (tf.StableLmConfig(**{**gated, **tied, "qk_layernorm": True, "rope_parameters": rope(1.0)}), B),
        "qwen2-llama3": (tf.Qwen2Config(**dict(gated, rope_parameters=llama3())), B),
        "qwen2-linear": (tf.Qwen2Config(**dict(gated, rope_parameters=rope(rope_type="linear", factor=3.0))), B),
        "qwen3-bias": (tf.Qwen3Config(**{**wide, **tied, "attention_bias": True}), B),
        "qwen2moe-sparse": (tf.Qwen2MoeConfig(**dict(mix, **sparse, shared_expert_intermediate_size=56, decoder_sparse_step=2, norm_topk_prob=True, mlp_only_layers=[3])), B),
        "qwen2moe-fused": (tf.Qwen2MoeConfig(**dict(mix, moe_intermediate_size=32, shared_expert_intermediate_size=40)), B, None, fused_experts),
        "qwen3moe-sparse": (tf.Qwen3MoeConfig(**dict(mix, **sparse, head_dim=head, norm_topk_prob=False, mlp_only_layers=[0, 2])), B),
        "qwen3moe-step": (tf.Qwen3MoeConfig(**dict(mix, **sparse, head_dim=head, norm_topk_prob=True, decoder_sparse_step=2, attention_bias=True)), B),
        "gemma-erf": (tf.GemmaConfig(**{**wide, **tied, "hidden_act": "gelu"}), P),
        "gemma2-plain": (tf.Gemma2Config(**{**wide, **tied, **four, "sliding_window": 16, "query_pre_attn_scalar": 24, "final_logit_softcapping": None, "attn_logit_softcapping": None}), P),
        "gemma2-27b": (tf.Gemma2Config(**{**wide, **tied, "num_hidden_layers": 46, "sliding_window": 32, "query_pre_attn_scalar": h // n}), P),
        "gemma2-untied": (tf.Gemma2Config(**{**wide, "sliding_window": 32, "query_pre_attn_scalar": head, "num_hidden_layers": 3}), P),
        "gemma3-1b": (tf.Gemma3TextConfig(**{**wide, **tied, "num_hidden_layers": 7, "sliding_window": 16, "query_pre_attn_scalar": 32, "rope_parameters": dict(full_attention=rope(theta=1e6), sliding_attention=rope(theta=1e4))}), P),
        "gemma3-27b": (tf.Gemma3TextConfig(**{**wide, **tied, "num_hidden_layers": 62, "sliding_window": 16, "query_pre_attn_scalar": h // n, "rope_parameters": dict(full_attention=rope(theta=1e6, rope_type="linear", factor=8.0), sliding_attention=rope(theta=1e4))}), P),
        "gemma3-caps": (tf.Gemma3TextConfig(**{**wide, **tied, **four, "sliding_window": 16, "query_pre_attn_scalar": head, "final_logit_softcapping": 3.0, "attn_logit_softcapping": 5.0, "layer_types": period(4, 2), "rope_parameters": dict(full_attention=rope(theta=1e6), sliding_attention=rope(theta=1e4))}), P),
        "phi2-groups": (tf.PhiConfig(**dict(dense, num_key_value_heads=kv, rope_parameters=rope(0.5))), B),
        "phi2-norms": (tf.PhiConfig(**dict(dense, qk_layernorm=True, intermediate_size=3 * h, rope_parameters=rope(0.5))), B),
        "phi2-wide": (tf.PhiConfig(**dict(dense, intermediate_size=3 * h, rope_parameters=rope(1.0))), B),
        "phi3-gqa": (tf.Phi3Config(**dict(gated, sliding_window=16, rope_parameters=rope(0.5))), P),
        "olmo-bias": (tf.OlmoConfig(**dict(gated, attention_bias=True)), B),
        "olmo2-bias": (tf.Olmo2Config(**{**gated, **tied, "attention_bias": True, "rope_parameters": rope(theta=5e5)}), B),
        "olmo3-types": (tf.Olmo3Config(**{**gated, **four, "sliding_window": 16, "layer_types": ["full_attention", "sliding_attention"] * 2}), B),
        "olmoe-norm": (tf.OlmoeConfig(**dict(mix, norm_topk_prob=True)), B),
        "granite-bias": (tf.GraniteConfig(**{**gated, **tied, **granite, **biased}), B),
        "granite-linear": (tf.GraniteConfig(**dict(gated, **granite, rope_parameters=rope(theta=1e7, rope_type="linear", factor=2.0))), B),
        "granitemoe-tied": (tf.GraniteMoeConfig(**{**local, **tied, **granite, "attention_bias": True}), B),
        "smollm3-window": (tf.SmolLM3Config(**{**gated, **four, "no_rope_layers": [1, 0, 1, 1], "use_sliding_window": True, "sliding_window": 16, "layer_types": period(4, 2)}), B),
        "smollm3-bias": (tf.SmolLM3Config(**{**gated, **four, **biased, "no_rope_layer_interval": 4}), B),
        "smollm3-yarn": (tf.SmolLM3Config(**{**gated, **four, "no_rope_layer_interval": 4, "rope_parameters": yarn(theta=5e6)}), B),
        "command-r-bias": (tf.CohereConfig(**{**gated, **tied, "logit_scale": 0.25, "attention_bias": True}), B),
        "cohere2-zero-bias": (tf.Cohere2Config(**{**gated, **four, **tied, "sliding_window": 16, "logit_scale": 0.25}), B, None, zero_biases),
        "cohere2-untied": (tf.Cohere2Config(**{**gated, **four, "sliding_window": 16, "layer_types": period(4, 2), "logit_scale": 1.0}), B),
        "nemotron-bias": (tf.NemotronConfig(**dict(gated, **biased, head_dim=head, rope_parameters=rope(1.0))), P),
        "nemotron-linear": (tf.NemotronConfig(**dict(gated, head_dim=h // n, rope_parameters=rope(0.5, rope_type="linear", factor=2.0))), P),
        "exaone4-letters": (tf.Exaone4Config(**{**gated, **four, "sliding_window": 16, "sliding_window_pattern": "LLG", "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"], "rope_parameters": llama3()}), B, None, without_types),
        "glm4-plain": (tf.Glm4Config(**dict(gated, head_dim=h // n, attention_bias=False, rope_parameters=rope(0.5, 1e5))), B),
        "glm4-tied": (tf.Glm4Config(**{**equal, **tied, "head_dim": head, "attention_bias": True, "rope_parameters": rope(1.0)}), B),
        "glm-tied": (tf.GlmConfig(**{**equal, **tied, "head_dim": h // n, "attention_bias": False, "rope_parameters": rope(0.5)}), B),
        "gpt-oss-plain": (tf.GptOssConfig(**dict(local, head_dim=head, sliding_window=16, num_experts_per_tok=3, num_hidden_layers=3, layer_types=["full_attention", "sliding_attention", "sliding_attention"], rope_parameters=rope(theta=15000.0))), B),
        "deepseek2-dense": (tf.DeepseekV2Config(**dict(latent, n_routed_experts=8, n_shared_experts=2, q_lora_rank=None, first_k_dense_replace=0, topk_method="greedy", routed_scaling_factor=1.0, attention_bias=True)), B),
        "deepseek3-flat": (tf.DeepseekV3Config(**dict(latent, **dict(third, q_lora_rank=None, n_group=1, topk_group=1, routed_scaling_factor=2.446), num_hidden_layers=4, first_k_dense_replace=2)), B, dict(scoring_func="sigmoid", topk_method="noaux_tc")),
        "deepseek3-raw": (tf.DeepseekV3Config(**dict(latent, **third, norm_topk_prob=False, attention_bias=True)), B, dict(scoring_func="sigmoid")),
        "deepseek3-halves": (tf.DeepseekV3Config(**dict(latent, **third, rope_interleave=False)), B, dict(scoring_func="sigmoid")),
        "mistral-yarn": (tf.MistralConfig(**dict(gated, sliding_window=None, rope_parameters=yarn(factor=16.0))), P, dict(rope_scaling=dict(type="yarn", factor=16.0, original_max_position_embeddings=32, finetuned=True)), old_rope),
        "phi3-su": (tf.Phi3Config(**dict(equal, sliding_window=None, rope_parameters=rope(rope_type="longrope", short_factor=[1 + i / 8 for i in range(h // n // 2)], long_factor=[1 + i / 2 for i in range(h // n // 2)], original_max_position_embeddings=64), original_max_position_embeddings=64)), P, None, su),
        "gemma3-vision": (tf.Gemma3TextConfig(**{**wide, **tied, "num_hidden_layers": 6, "sliding_window": 16, "query_pre_attn_scalar": head, "rope_parameters": dict(full_attention=rope(theta=1e6, rope_type="linear", factor=8.0), sliding_attention=rope(theta=1e4))}), P, None, with_vision),
    }


def with_head(w, c):
    return {**w, "lm_head.weight": w["model.embed_tokens.weight"].clone()}, c


def norms_in_f32(w, c):
    return {name: x.float() if "norm" in name else x for name, x in w.items()}, c


def bare(w, c):
    return renamed(w, {"transformer.": ""}), c


def zero_biases(w, c):
    """Command-A's files have biases of zeros."""
    return {**w, **{name.replace(".weight", ".bias"): torch.zeros_like(x) for name, x in w.items() if "norm" in name}}, c


def without_types(w, c):
    return w, {k: x for k, x in c.items() if k != "layer_types"}


def old_rope(w, c):
    return w, {k: x for k, x in c.items() if k != "rope_parameters"}


def su(w, c):
    r = c.pop("rope_parameters")
    return w, dict(c, rope_scaling=dict(type="su", short_factor=r["short_factor"], long_factor=r["long_factor"]))


def with_vision(w, c):
    """Gemma 3 as it is published for pictures too."""
    kept = {k: x for k, x in c.items() if k not in ("architectures", "rope_parameters", "rope_scaling", "rope_theta", "partial_rotary_factor", "rotary_pct", "layer_types", "dtype")}
    text = dict(kept, rope_scaling=dict(rope_type="linear", factor=8.0), sliding_window_pattern=6)
    w = {"language_model." + name: x for name, x in w.items()}
    w["vision_tower.vision_model.post_layernorm.weight"] = torch.ones(8)
    w["multi_modal_projector.mm_soft_emb_norm.weight"] = torch.ones(8)
    return w, dict(architectures=["Gemma3ForConditionalGeneration"], model_type="gemma3", text_config=text, vision_config=dict(hidden_size=8, model_type="siglip_vision_model"), eos_token_id=[1, 106], mm_tokens_per_image=256, torch_dtype="bfloat16")


def fused_experts(w, c):
    """Experts as transformers 5 holds them: gates and ups of all in one tensor, downs in another."""
    out, parts = {}, {}
    for name, x in w.items():
        if ".mlp.experts." in name and name.split(".mlp.experts.")[1][0].isdigit():
            stem, rest = name.split(".mlp.experts.")
            number, kind = rest.split(".")[:2]
            parts.setdefault(stem, {})[int(number), kind] = x
        else:
            out[name] = x
    for stem, of in parts.items():
        numbers = sorted({number for number, _ in of})
        out[stem + ".mlp.experts.gate_up_proj"] = torch.stack([torch.cat([of[i, "gate_proj"], of[i, "up_proj"]]) for i in numbers])
        out[stem + ".mlp.experts.down_proj"] = torch.stack([of[i, "down_proj"] for i in numbers])
    return out, c


def layers_of(weights, prefix="model.layers."):
    return sorted({int(name[len(prefix):].split(".")[0]) for name in weights if name.startswith(prefix)})


def renamed(weights, names):
    """Every `was` in a name replaced by its `new`, in the order given."""
    out = {}
    for name, w in weights.items():
        for was, new in names.items():
            name = name.replace(was, new)
        out[name] = w
    return out


def joined(w, prefix, parts, target):
    """Replaces the weights and biases of some matrices by those of one."""
    for kind in ("weight", "bias"):
        if f"{prefix}{parts[0]}.{kind}" in w:
            w[f"{prefix}{target}.{kind}"] = torch.cat([w.pop(f"{prefix}{part}.{kind}") for part in parts])


QKV = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")


def published(c, name, kind, *keys, **more):
    """A configuration with only these of the keys, and more."""
    return dict({k: c[k] for k in keys + ("hidden_size", "num_attention_heads", "vocab_size", "bos_token_id", "eos_token_id", "pad_token_id")}, architectures=[name], model_type=kind, **more)


def refined(w, c):
    """Falcon's first files."""
    c = dict(architectures=["RWForCausalLM"], model_type="RefinedWebModel" if c["multi_query"] and not c["new_decoder_architecture"] else "RefinedWeb", alibi=False, bias=False, parallel_attn=True,
             hidden_size=c["hidden_size"], layer_norm_epsilon=c["layer_norm_epsilon"], n_head=c["num_attention_heads"], n_layer=c["num_hidden_layers"], vocab_size=c["vocab_size"],
             bos_token_id=1, eos_token_id=2, **(dict(n_head_kv=c["num_kv_heads"]) if c["new_decoder_architecture"] else dict(multi_query=True)))
    return w, c


def epoch(w, c):
    kept = "hidden_size num_hidden_layers num_attention_heads num_key_value_heads intermediate_size vocab_size max_position_embeddings bos_token_id eos_token_id tie_word_embeddings".split()
    return w, dict({k: c[k] for k in kept}, architectures=["StableLMEpochForCausalLM"], model_type="stablelm_epoch", norm_eps=c["layer_norm_eps"], rope_pct=0.25, rope_theta=10000, hidden_act="silu", use_cache=True)


def qwen1(w, c):
    for i in layers_of(w):
        joined(w, f"model.layers.{i}.", QKV, "attn.c_attn")
    w = renamed(w, {"model.layers.": "transformer.h.", "model.embed_tokens": "transformer.wte", "model.norm": "transformer.ln_f", "self_attn.o_proj": "attn.c_proj",
                    "input_layernorm": "ln_1", "post_attention_layernorm": "ln_2", "mlp.up_proj": "mlp.w1", "mlp.gate_proj": "mlp.w2", "mlp.down_proj": "mlp.c_proj"})
    return w, published(c, "QWenLMHeadModel", "qwen", "num_hidden_layers", intermediate_size=2 * c["intermediate_size"], rotary_emb_base=10000, layer_norm_epsilon=c["rms_norm_eps"],
                        seq_length=512, max_position_embeddings=512, use_dynamic_ntk=True, use_logn_attn=True, no_bias=True, kv_channels=c["hidden_size"] // c["num_attention_heads"], tie_word_embeddings=False)


def phi_msft(w, c):
    for i in layers_of(w):
        joined(w, f"model.layers.{i}.", QKV, "mixer.Wqkv")
    w = renamed(w, {"model.layers.": "transformer.h.", "model.embed_tokens": "transformer.embd.wte", "lm_head": "lm_head.linear", "model.final_layernorm": "lm_head.ln",
                    "self_attn.dense": "mixer.out_proj", "input_layernorm": "ln"})
    return w, dict(architectures=["PhiForCausalLM"], model_type="phi-msft", vocab_size=c["vocab_size"], n_embd=c["hidden_size"], n_layer=c["num_hidden_layers"], n_head=c["num_attention_heads"],
                   n_positions=512, rotary_dim=c["hidden_size"] // c["num_attention_heads"] // 2, partial_rotary_factor=0.5, layer_norm_epsilon=c["layer_norm_eps"], activation_function="gelu_new", n_inner=None)


def baichuan(w, c):
    for i in layers_of(w):
        joined(w, f"model.layers.{i}.", QKV, "self_attn.W_pack")
    large = c["num_hidden_layers"] == 40
    return w, published(c, "BaichuanForCausalLM", "baichuan", "num_hidden_layers", "intermediate_size", "rms_norm_eps", hidden_act="silu",
                        **{"model_max_length" if large else "max_position_embeddings": 512}, tie_word_embeddings=False)


def internlm2(w, c):
    heads, groups = c["num_attention_heads"], c["num_key_value_heads"]
    for i in layers_of(w):
        q, k, v = (w.pop(f"model.layers.{i}.{part}.weight") for part in QKV)
        length = q.shape[0] // heads
        each = [q.view(groups, heads // groups, length, -1), k.view(groups, 1, length, -1), v.view(groups, 1, length, -1)]
        w[f"model.layers.{i}.attention.wqkv.weight"] = torch.cat(each, 1).reshape(-1, q.shape[1]).contiguous()
    w = renamed(w, {"model.embed_tokens": "model.tok_embeddings", "lm_head": "output", "self_attn.o_proj": "attention.wo", "input_layernorm": "attention_norm", "post_attention_layernorm": "ffn_norm",
                    "mlp.gate_proj": "feed_forward.w1", "mlp.up_proj": "feed_forward.w3", "mlp.down_proj": "feed_forward.w2"})
    scaling = dict(type="dynamic", factor=2.0) if c["rope_parameters"]["rope_type"] == "dynamic" else None
    return w, published(c, "InternLM2ForCausalLM", "internlm2", "num_hidden_layers", "intermediate_size", "num_key_value_heads", "rms_norm_eps", "max_position_embeddings", hidden_act="silu",
                        bias=False, rope_theta=1000000, rope_scaling=scaling, tie_word_embeddings=False)


def minicpm(w, c):
    w.pop("lm_head.weight", None)
    r = c["rope_parameters"]
    scaling = {k: r[k] for k in ("rope_type", "long_factor", "short_factor", "original_max_position_embeddings")} if r["rope_type"] == "longrope" else None
    return w, published(c, "MiniCPMForCausalLM", "minicpm", "num_hidden_layers", "intermediate_size", "num_key_value_heads", "rms_norm_eps", "max_position_embeddings", hidden_act="silu",
                        scale_emb=12, scale_depth=1.4, dim_model_base=32, rope_scaling=scaling, tie_word_embeddings=True)


def exaone3(w, c):
    w = renamed(w, {"model.layers.": "transformer.h.", "model.embed_tokens": "transformer.wte", "model.norm": "transformer.ln_f", "self_attn.o_proj": "attn.attention.out_proj",
                    "self_attn.": "attn.attention.", "input_layernorm": "ln_1", "post_attention_layernorm": "ln_2", "mlp.gate_proj": "mlp.c_fc_0", "mlp.up_proj": "mlp.c_fc_1", "mlp.down_proj": "mlp.c_proj"})
    r = c["rope_parameters"]
    scaling = {k: x for k, x in r.items() if k not in ("rope_theta", "partial_rotary_factor")}
    return w, published(c, "ExaoneForCausalLM", "exaone", "intermediate_size", "num_key_value_heads", "max_position_embeddings", num_layers=c["num_hidden_layers"], activation_function="silu",
                        layer_norm_epsilon=c["rms_norm_eps"], rope_theta=r["rope_theta"], rope_scaling=scaling, tie_word_embeddings=False)


def chatglm(w, c):
    for i in layers_of(w):
        joined(w, f"model.layers.{i}.", QKV, "self_attention.query_key_value")
    w = renamed(w, {"model.layers.": "transformer.encoder.layers.", "model.embed_tokens": "transformer.embedding.word_embeddings", "model.norm": "transformer.encoder.final_layernorm",
                    "lm_head": "transformer.output_layer", "self_attn.o_proj": "self_attention.dense", "mlp.gate_up_proj": "mlp.dense_h_to_4h", "mlp.down_proj": "mlp.dense_4h_to_h"})
    return w, dict(architectures=["ChatGLMModel"], model_type="chatglm", num_layers=c["num_hidden_layers"], hidden_size=c["hidden_size"], num_attention_heads=c["num_attention_heads"],
                   multi_query_attention=True, multi_query_group_num=c["num_key_value_heads"], ffn_hidden_size=c["intermediate_size"], layernorm_epsilon=c["rms_norm_eps"], seq_length=512,
                   padded_vocab_size=c["vocab_size"], vocab_size=c["vocab_size"], kv_channels=c["head_dim"], rope_ratio=500, add_qkv_bias=True, rmsnorm=True, post_layer_norm=True,
                   eos_token_id=[2, 4], pad_token_id=0, tie_word_embeddings=False)


def olmo1(w, c):
    """OLMo before its class in transformers; the vocabulary does not count what fills the embedding up."""
    for i in layers_of(w):
        prefix = f"model.layers.{i}."
        joined(w, prefix, QKV, "att_proj"), joined(w, prefix, ("mlp.up_proj", "mlp.gate_proj"), "ff_proj")
    w = renamed(w, {"model.layers.": "model.transformer.blocks.", "model.embed_tokens": "model.transformer.wte", "lm_head": "model.transformer.ff_out", "self_attn.o_proj": "attn_out", "mlp.down_proj": "ff_out"})
    return w, dict(architectures=["OLMoForCausalLM"], model_type="hf_olmo", activation_type="swiglu", alibi=False, rope=True, multi_query_attention=False, clip_qkv=None, include_bias=False,
                   layer_norm_type="default", layer_norm_with_affine=False, d_model=c["hidden_size"], n_heads=c["num_attention_heads"], n_kv_heads=c["num_key_value_heads"], n_layers=c["num_hidden_layers"],
                   mlp_ratio=4, mlp_hidden_size=2 * c["intermediate_size"], max_sequence_length=512, vocab_size=c["vocab_size"] - 2, embedding_size=c["vocab_size"], weight_tying=False, eos_token_id=2, pad_token_id=0)


def deepseek1(w, c):
    out = {}
    for name, x in w.items():
        if name.endswith("mlp.experts.gate_up_proj"):
            for e, both in enumerate(x):
                half = both.shape[0] // 2
                stem = name.replace("experts.gate_up_proj", f"experts.{e}.")
                out[stem + "gate_proj.weight"], out[stem + "up_proj.weight"] = both[:half].clone(), both[half:].clone()
        elif name.endswith("mlp.experts.down_proj"):
            for e, down in enumerate(x):
                out[name.replace("experts.down_proj", f"experts.{e}.down_proj.weight")] = down.clone()
        else:
            out[name] = x
    return out, published(c, "DeepseekForCausalLM", "deepseek", "num_hidden_layers", "intermediate_size", "num_key_value_heads", "rms_norm_eps", "max_position_embeddings", hidden_act="silu",
                          n_routed_experts=5, num_experts_per_tok=2, n_shared_experts=2, moe_intermediate_size=24, first_k_dense_replace=1, moe_layer_freq=1, norm_topk_prob=False,
                          scoring_func="softmax", rope_theta=10000.0, tie_word_embeddings=False)


def extra_layer(w, c):
    """The block that predicts one token more, as DeepSeek 3 publishes it."""
    last = layers_of(w)[-1]
    block = {name.replace(f"layers.{last}.", f"layers.{last + 1}."): x.clone() for name, x in w.items() if f"layers.{last}." in name}
    hidden = c["hidden_size"]
    block |= {f"model.layers.{last + 1}.{name}.weight": torch.ones(shape, dtype=w["model.norm.weight"].dtype)
              for name, shape in dict(eh_proj=(hidden, 2 * hidden), enorm=hidden, hnorm=hidden).items()}
    return {**w, **block}, c


def mixed(model):
    """A LLaMA whose blocks but the first have DeepSeek's first mixture, which is that of its second with one group."""
    from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2Moe
    settings = dict(moe_intermediate_size=24, n_routed_experts=5, n_shared_experts=2, num_experts_per_tok=2, topk_method="greedy", routed_scaling_factor=1.0, norm_topk_prob=False, n_group=None, topk_group=None)
    c = tf.DeepseekV2Config(num_attention_heads=1, hidden_size=model.config.hidden_size, hidden_act="silu", **settings)
    c._experts_implementation = "eager"
    for block in model.model.layers[1:]:
        block.mlp = DeepseekV2Moe(c)


def sloped(model):
    """Makes a LLaMA turn nothing, and returns ALiBi's mask, as Baichuan 13B has it."""
    heads = model.config.num_attention_heads
    power = 1 << (heads.bit_length() - 1)
    slopes = [2 ** (-8 * (i + 1) / power) for i in range(power)] + [2 ** (-4 * (2 * i + 1) / power) for i in range(heads - power)]

    class Unturned(torch.nn.Module):
        def forward(self, x, position_ids):
            shape = (1, x.shape[1], model.config.hidden_size // heads)
            return torch.ones(shape), torch.zeros(shape)

    model.model.rotary_emb = Unturned()
    i = torch.arange(TOKENS)
    bias = torch.tensor(slopes).view(1, -1, 1, 1) * (i[None, :] - i[:, None]).float()
    return bias.masked_fill(i[None, :] > i[:, None], torch.finfo(torch.float32).min)


def as_published(model):
    """What the published classes do and transformers 5.12 does not: DeepSeek 2 multiplies its scores by the magnitude that YaRN has
    below, twice; OLMo 3 stretches positions only in blocks without a window."""
    r = getattr(model.config, "rope_parameters", None) or {}
    if r.get("rope_type") != "yarn":
        return
    for module in model.modules():
        if type(module).__name__ == "DeepseekV2Attention":
            module.scaling *= (0.1 * r["mscale_all_dim"] * math.log(r["factor"]) + 1) ** 2
    if model.config.model_type == "olmo3":
        plain = tf.models.olmo3.modeling_olmo3.Olmo3RotaryEmbedding(tf.Olmo3Config(hidden_size=model.config.hidden_size, num_attention_heads=model.config.num_attention_heads,
                                                                    head_dim=getattr(model.config, "head_dim", None), rope_parameters=rope(theta=r["rope_theta"])))

        def turn(block, args, kwargs):
            return args, dict(kwargs, position_embeddings=plain(args[0], kwargs["position_ids"]))

        for block, kind in zip(model.model.layers, model.config.layer_types):
            if kind == "sliding_attention":
                block.register_forward_pre_hook(turn, with_kwargs=True)


def publish(c, more):
    """Adds the keys that published files carry beside those that transformers 5 writes."""
    r = c.get("rope_parameters") or {}
    r = r.get("full_attention", r)
    if "rope_theta" in r:
        c["rope_theta"] = r["rope_theta"]
    if "partial_rotary_factor" in r:
        c["partial_rotary_factor"] = c["rotary_pct"] = r["partial_rotary_factor"]
    if r.get("rope_type", "default") != "default":
        c["rope_scaling"] = {k: x for k, x in r.items() if k not in ("rope_theta", "partial_rotary_factor")}
    classes = {"mpt": "MPTForCausalLM", "phimoe": "PhiMoEForCausalLM"}
    if c["model_type"] in classes:
        c["architectures"] = [classes[c["model_type"]]]
    if c["model_type"] == "gpt_neox":
        c["rotary_emb_base"] = r["rope_theta"]
    return dict(c, **(more or {}))


def tokenizers(text, folder):
    import sentencepiece
    spm, bpe = f"{folder}/spm", f"{folder}/bpe"
    if os.path.exists(bpe + "/tokenizer.json"):
        return
    os.makedirs(spm, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(input=text, model_prefix=f"{spm}/tokenizer", vocab_size=PIECES, model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
                                             remove_extra_whitespaces=False, character_coverage=0.98, max_sentence_length=100000, minloglevel=2)
    os.remove(f"{spm}/tokenizer.vocab")
    with open(f"{spm}/tokenizer_config.json", "w") as f:
        f.write('{"add_bos_token": true, "add_eos_token": false, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "tokenizer_class": "LlamaTokenizer", "legacy": true}\n')
    tk = Tokenizer(models.BPE())
    tk.pre_tokenizer, tk.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    special = ["<|pad|>", "<|begin_of_text|>", "<|end_of_text|>", "<|endoftext|>", "<|user|>"]
    tk.train([text], trainers.BpeTrainer(vocab_size=BYTES, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tf.PreTrainedTokenizerFast(tokenizer_object=tk, bos_token="<|begin_of_text|>", eos_token="<|end_of_text|>").save_pretrained(bpe)


def edit(path, **settings):
    with open(path) as f:
        was = json.load(f)
    with open(path, "w") as f:
        json.dump(dict(was, **settings), f)


def randomize(model):
    """Queries that nothing normalizes are small in deep models: as large as the rest, their scores let rounding grow with every block,
    until PyTorch's own float32 is 1e-2 from its float64 (measure-rounding.py) and proves nothing."""
    normed = any("q_norm" in name for name, _ in model.named_parameters())
    queries = 1.5 if normed or model.config.num_hidden_layers <= 40 else 0.3
    with torch.no_grad():
        for name, w in model.named_parameters():
            if w.dim() > 1:
                w.normal_(0, (queries if "q_proj" in name else 1.5) / w.shape[-1] ** 0.5)
            else:
                w.copy_((1 if "norm" in name or "ln_" in name else 0) + torch.randn_like(w) * 0.1)
        for name, w in model.named_buffers():
            if name.endswith("e_score_correction_bias"):
                w.copy_(torch.randn_like(w) * 0.1)


def make(name, seed, out):
    config, size, more, rename = families(seed)[name]
    padding, dtype = SHAPES[seed][-2:]
    config.vocab_size = size + padding
    folder = f"{out}/{name}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(f"{out}/tokenizers/{'spm' if size == PIECES else 'bpe'}", folder)
    if name.startswith("phi3") or name == "phi4-mini":  # llama.cpp looks for a token of Phi 3's in every model of such a name
        edit(f"{folder}/tokenizer_config.json", added_tokens_decoder={str(PIECES): dict(content="<|endoftext|>", lstrip=False, normalized=False, rstrip=False, single_word=False, special=True)})
    if name == "phi4":
        edit(f"{folder}/tokenizer_config.json", tokenizer_class="GPT2Tokenizer")
    torch.manual_seed(1000 * seed + len(name))
    model = tf.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    if rename is deepseek1:
        mixed(model)
    randomize(model)
    if rename is deepseek1:
        for p in model.parameters():
            p.data = p.data.to(dtype).float()
        weights, c = {k: w.detach().to(dtype) for k, w in model.state_dict().items()}, json.loads(config.to_json_string(use_diff=False))
    else:
        model.to(dtype).save_pretrained(folder)
        model = tf.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        from safetensors.torch import load_file
        weights, c = load_file(f"{folder}/model.safetensors"), json.load(open(f"{folder}/config.json"))
    c = publish(c, more)
    if rename:
        weights, c = rename(weights, c)
        save_file({k: w.contiguous() for k, w in weights.items()}, f"{folder}/model.safetensors", metadata={"format": "pt"})
    json.dump(c, open(f"{folder}/config.json", "w"), indent=1)
    for module in model.modules():
        if type(module).__name__ == "DeepseekV2Moe":
            module.num_experts = getattr(module, "num_experts", 0) or c["n_routed_experts"]  # which its routing by groups asks for
    as_published(model)
    mask = dict(attention_mask=sloped(model)) if name == "baichuan-13b-40" else {}
    ids = torch.randint(3, config.vocab_size, [1, 24 if seed == 6 else TOKENS])
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False, **mask).logits
    save_file({"input_ids": ids.to(torch.int32), "logits": logits.contiguous()}, f"{folder}/expected.safetensors")
    print(name, seed, "std %.3f" % logits.std().item(), flush=True)


def main():
    tf.logging.set_verbosity_error(), tf.logging.disable_progress_bar()
    if sys.argv[1] == "list":
        return print("\n".join(families(int(sys.argv[2]))))
    out, text, option, seed, *names = sys.argv[1:]
    if option != "--seed":
        sys.exit(__doc__)
    os.makedirs(out, exist_ok=True)
    tokenizers(text, f"{out}/tokenizers")
    for name in names or families(int(seed)):
        try:
            make(name, int(seed), out)
        except Exception as e:
            print(name, seed, "FAILED", repr(e)[:400], flush=True)


main()
