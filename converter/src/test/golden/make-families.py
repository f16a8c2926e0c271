#!/usr/bin/env python3
"""Makes the models and hashes of FamiliesGoldenTest: make-families.py TOKENIZERS OUT.json CONVERTER [FAMILY...]

TOKENIZERS holds `spm` and `bpe`, the two tokenizers of all models; CONVERTER is llama.cpp's convert_hf_to_gguf.py, its package on
PYTHONPATH. A model is a configuration as its family publishes it, made small, and the names and extents of its tensors; where
transformers has the class, names and extents come from there, and `modern` is the configuration as transformers 5 writes it. Weights are a function of name, index and seed, so that no file
holds them. For seeds 1, 2 and 3, whose weights are BF16, F16 and F32, OUT.json gets the SHA-256 of the converter's F32, F16 and
BF16 file, and for seed 1 that of llama-quantize's Q4_K_M and Q3_K_M of the F32 file; where the converter fails, what it says.
The converter is repaired in five places, named below: it loses StableLM's norms of heads, does not return from Baichuan, stops at GPT-2's
buffers, and wants other tokenizers for Qwen and InternLM 2 than these models have.
Made with llama.cpp 0.7.0, gguf-py 0.19, transformers 5.12, torch 2.14.
"""
import hashlib
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import zlib

import numpy as np
import torch
import transformers
from conversion.baichuan import BaichuanModel
from conversion.base import ModelBase, TextModel
from conversion.gpt2 import GPT2Model
from conversion.internlm import InternLM2Model
from conversion.qwen import QwenModel
from conversion.stablelm import StableLMModel
from gguf import GGUFReader

TOKENIZERS, OUT, CONVERTER = sys.argv[1:4]
DTYPES = {1: ("BF16", 2), 2: ("F16", 2), 3: ("F32", 4)}
VOCAB, HIDDEN, HEADS, KEYS, LAYERS, FORWARD = 320, 64, 4, 2, 2, 96
HEAD = HIDDEN // HEADS
TYPES = ("f32", "f16", "bf16")
RECIPES = ("Q4_K_M", "Q3_K_M")
DECODER = dict(vocab_size=VOCAB, hidden_size=HIDDEN, intermediate_size=FORWARD, num_hidden_layers=LAYERS, num_attention_heads=HEADS, max_position_embeddings=512, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False)
GROUPED = dict(DECODER, num_key_value_heads=KEYS)
OLD = dict(vocab_size=VOCAB, n_embd=HIDDEN, n_layer=LAYERS, n_head=HEADS, n_positions=128, layer_norm_epsilon=1e-5, n_inner=None, bos_token_id=1, eos_token_id=2)
GPT2 = dict(OLD, activation_function="gelu_new", n_ctx=128, scale_attn_weights=True)
FACTORS = [1.0 + 0.25 * i for i in range(HEAD // 2)]
SHORT = [1.0 + 0.0625 * i for i in range(HEAD // 2)]
NOISE = set("return_dict output_hidden_states output_attentions dtype chunk_size_feed_forward is_encoder_decoder id2label label2id problem_type transformers_version _name_or_path use_cache".split())
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=128)


def published(name, kind, tokenizer, **settings):
    return dict(settings, architectures=[name], model_type=kind), tokenizer, None


def written(name, kind, tokenizer, tensors, **settings):
    return dict(settings, architectures=[name], model_type=kind), tokenizer, tensors


def blocks(pattern, extents):
    return {pattern % (layer, name): shape for layer in range(LAYERS) for name, shape in extents.items()}


def gated(ff=FORWARD):
    return {"mlp.gate_proj.weight": (ff, HIDDEN), "mlp.up_proj.weight": (ff, HIDDEN), "mlp.down_proj.weight": (HIDDEN, ff)}


def norms():
    return {"input_layernorm.weight": (HIDDEN,), "post_attention_layernorm.weight": (HIDDEN,)}


def around(embed="model.embed_tokens", norm="model.norm", head="lm_head", tied=False):
    tensors = {embed + ".weight": (VOCAB, HIDDEN), norm + ".weight": (HIDDEN,)}
    return tensors if tied else dict(tensors, **{head + ".weight": (VOCAB, HIDDEN)})


def baichuan():
    inner = {"self_attn.W_pack.weight": (3 * HIDDEN, HIDDEN), "self_attn.o_proj.weight": (HIDDEN, HIDDEN)}
    return {**around(), **blocks("model.layers.%d.%s", {**inner, **gated(), **norms()})}


def internlm2():
    inner = {"attention.wqkv.weight": ((HEADS + 2 * KEYS) * HEAD, HIDDEN), "attention.wo.weight": (HIDDEN, HIDDEN), "attention_norm.weight": (HIDDEN,), "ffn_norm.weight": (HIDDEN,)}
    forward = {"feed_forward.w1.weight": (FORWARD, HIDDEN), "feed_forward.w3.weight": (FORWARD, HIDDEN), "feed_forward.w2.weight": (HIDDEN, FORWARD)}
    return {**around("model.tok_embeddings", "model.norm", "output"), **blocks("model.layers.%d.%s", {**inner, **forward})}


def qwen1():
    ff = FORWARD // 2
    inner = {"ln_1.weight": (HIDDEN,), "ln_2.weight": (HIDDEN,), "attn.c_attn.weight": (3 * HIDDEN, HIDDEN), "attn.c_attn.bias": (3 * HIDDEN,), "attn.c_proj.weight": (HIDDEN, HIDDEN)}
    forward = {"mlp.w1.weight": (ff, HIDDEN), "mlp.w2.weight": (ff, HIDDEN), "mlp.c_proj.weight": (HIDDEN, ff)}
    return {**around("transformer.wte", "transformer.ln_f"), **blocks("transformer.h.%d.%s", {**inner, **forward})}


def attention(prefix="self_attn.", out="o_proj"):
    return {prefix + "q_proj.weight": (HIDDEN, HIDDEN), prefix + "k_proj.weight": (KEYS * HEAD, HIDDEN), prefix + "v_proj.weight": (KEYS * HEAD, HIDDEN), prefix + out + ".weight": (HIDDEN, HIDDEN)}


def minicpm():
    return {**around(tied=True), **blocks("model.layers.%d.%s", {**attention(), **gated(), **norms()})}


def exaone3():
    forward = {"mlp.c_fc_0.weight": (FORWARD, HIDDEN), "mlp.c_fc_1.weight": (FORWARD, HIDDEN), "mlp.c_proj.weight": (HIDDEN, FORWARD)}
    inner = {"ln_1.weight": (HIDDEN,), "ln_2.weight": (HIDDEN,), **attention("attn.attention.", "out_proj"), **forward}
    buffers = {"attn.attention.rotary_emb.inv_freq": (HEAD // 2,)}
    return {**around("transformer.wte", "transformer.ln_f"), **blocks("transformer.h.%d.%s", {**inner, **buffers})}


def phi2_old():
    inner = {"ln.weight": (HIDDEN,), "ln.bias": (HIDDEN,), "mixer.Wqkv.weight": (3 * HIDDEN, HIDDEN), "mixer.Wqkv.bias": (3 * HIDDEN,), "mixer.out_proj.weight": (HIDDEN, HIDDEN), "mixer.out_proj.bias": (HIDDEN,)}
    forward = {"mlp.fc1.weight": (4 * HIDDEN, HIDDEN), "mlp.fc1.bias": (4 * HIDDEN,), "mlp.fc2.weight": (HIDDEN, 4 * HIDDEN), "mlp.fc2.bias": (HIDDEN,)}
    top = {"transformer.embd.wte.weight": (VOCAB, HIDDEN), "lm_head.ln.weight": (HIDDEN,), "lm_head.ln.bias": (HIDDEN,), "lm_head.linear.weight": (VOCAB, HIDDEN), "lm_head.linear.bias": (VOCAB,)}
    return {**top, **blocks("transformer.h.%d.%s", {**inner, **forward})}


def chatglm():
    inner = {"self_attention.query_key_value.weight": ((HEADS + 2 * KEYS) * HEAD, HIDDEN), "self_attention.query_key_value.bias": ((HEADS + 2 * KEYS) * HEAD,), "self_attention.dense.weight": (HIDDEN, HIDDEN)}
    forward = {"mlp.dense_h_to_4h.weight": (2 * FORWARD, HIDDEN), "mlp.dense_4h_to_h.weight": (HIDDEN, FORWARD)}
    top = around("transformer.embedding.word_embeddings", "transformer.encoder.final_layernorm", "transformer.output_layer")
    return {**top, "transformer.rotary_pos_emb.inv_freq": (HEAD // 4,), **blocks("transformer.encoder.layers.%d.%s", {**inner, **forward, **norms()})}


def deepseek():
    tensors = {**around(), **blocks("model.layers.%d.%s", {**attention(), **norms()})}
    tensors.update({"model.layers.0." + name: shape for name, shape in gated().items()})
    tensors["model.layers.1.mlp.gate.weight"] = (4, HIDDEN)
    for part, ff in [("shared_experts", 64)] + [("experts.%d" % i, 32) for i in range(4)]:
        tensors.update({name.replace("mlp.", "model.layers.1.mlp.%s." % part): shape for name, shape in gated(ff).items()})
    return tensors


def without_prefix(name, extra):
    return lambda: {**{key.removeprefix("transformer."): shape for key, shape in tensors_of(FAMILIES[name][0])[0].items()}, **blocks("h.%d.%s", extra)}


def with_images():
    text = {"language_model." + key: shape for key, shape in tensors_of(FAMILIES["gemma3"][0])[0].items()}
    return {**text, "multi_modal_projector.mm_input_projection_weight": (8, HIDDEN), "vision_tower.vision_model.embeddings.patch_embedding.bias": (8,)}


FAMILIES = {
    "gptneox": published("GPTNeoXForCausalLM", "gpt_neox", "bpe", **dict(DECODER, hidden_act="gelu", rotary_pct=0.25, rotary_emb_base=10000, use_parallel_residual=True, layer_norm_eps=1e-5)),
    "gptneox-sequential": published("GPTNeoXForCausalLM", "gpt_neox", "bpe", **dict(DECODER, hidden_act="gelu", rotary_pct=1.0, rotary_emb_base=10000, use_parallel_residual=False, layer_norm_eps=1e-5)),
    "stablelm-3b": published("StableLmForCausalLM", "stablelm", "bpe", **dict(DECODER, num_key_value_heads=HEADS, hidden_act="silu", partial_rotary_factor=0.25, layer_norm_eps=1e-5, rope_theta=10000, use_qkv_bias=False)),
    "stablelm-2-1.6b": published("StableLmForCausalLM", "stablelm", "bpe", **dict(GROUPED, hidden_act="silu", partial_rotary_factor=0.25, layer_norm_eps=1e-5, rope_theta=10000, use_qkv_bias=True)),
    "stablelm-2-12b": published("StableLmForCausalLM", "stablelm", "bpe", **dict(GROUPED, hidden_act="silu", partial_rotary_factor=0.25, layer_norm_eps=1e-5, rope_theta=10000, use_qkv_bias=False, qk_layernorm=True, use_parallel_residual=True)),
    "bloom": published("BloomForCausalLM", "bloom", "bpe", vocab_size=VOCAB, n_embed=HIDDEN, n_layer=LAYERS, num_attention_heads=HEADS, seq_length=256, layer_norm_epsilon=1e-5, bos_token_id=1, eos_token_id=2, hidden_size=HIDDEN, n_head=HEADS),
    "gptj": published("GPTJForCausalLM", "gptj", "bpe", **dict(OLD, rotary_dim=8, activation_function="gelu_new", tie_word_embeddings=False)),
    "mpt": published("MPTForCausalLM", "mpt", "bpe", vocab_size=VOCAB, d_model=HIDDEN, n_heads=HEADS, n_layers=LAYERS, max_seq_len=256, expansion_ratio=4, no_bias=True, attn_config=dict(alibi=True, alibi_bias_max=8, clip_qkv=None)),
    "mpt-clip": published("MPTForCausalLM", "mpt", "bpe", vocab_size=VOCAB, d_model=HIDDEN, n_heads=HEADS, n_layers=LAYERS, max_seq_len=256, expansion_ratio=4, no_bias=True, attn_config=dict(alibi=True, alibi_bias_max=16, clip_qkv=6.0)),
    "falcon-7b": published("FalconForCausalLM", "falcon", "bpe", vocab_size=VOCAB, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, num_kv_heads=1, multi_query=True, new_decoder_architecture=False, parallel_attn=True, bias=False, alibi=False, layer_norm_epsilon=1e-5, bos_token_id=1, eos_token_id=2),
    "falcon-40b": published("FalconForCausalLM", "falcon", "bpe", vocab_size=VOCAB, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, num_kv_heads=KEYS, new_decoder_architecture=True, parallel_attn=True, bias=False, alibi=False, layer_norm_epsilon=1e-5, bos_token_id=1, eos_token_id=2),
    "gpt2": published("GPT2LMHeadModel", "gpt2", "bpe", **GPT2),
    "starcoder": published("GPTBigCodeForCausalLM", "gpt_bigcode", "bpe", **dict(OLD, activation_function="gelu", multi_query=True)),
    "starcoder2": published("Starcoder2ForCausalLM", "starcoder2", "bpe", **dict(GROUPED, tie_word_embeddings=True, hidden_act="gelu_pytorch_tanh", norm_epsilon=1e-5, rope_theta=1e6, use_bias=True, sliding_window=None)),
    "starcoder2-window": published("Starcoder2ForCausalLM", "starcoder2", "bpe", **dict(GROUPED, tie_word_embeddings=True, hidden_act="gelu_pytorch_tanh", norm_epsilon=1e-5, rope_theta=1e6, use_bias=True, sliding_window=64)),
    "qwen": written("QWenLMHeadModel", "qwen", "bpe", qwen1(), **dict(DECODER, rotary_emb_base=10000, layer_norm_epsilon=1e-6, seq_length=512)),
    "qwen2": published("Qwen2ForCausalLM", "qwen2", "bpe", **dict(GROUPED, hidden_act="silu", rms_norm_eps=1e-6, rope_theta=1e6, use_sliding_window=False, sliding_window=131072, max_window_layers=28)),
    "qwen2-yarn": published("Qwen2ForCausalLM", "qwen2", "bpe", **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", rms_norm_eps=1e-6, rope_theta=1e6, rope_scaling=dict(type="yarn", factor=4.0, original_max_position_embeddings=128))),
    "qwen3": published("Qwen3ForCausalLM", "qwen3", "bpe", **dict(GROUPED, head_dim=32, hidden_act="silu", rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "gemma": published("GemmaForCausalLM", "gemma", "spm", **dict(GROUPED, tie_word_embeddings=True, head_dim=32, hidden_act="gelu", rms_norm_eps=1e-6, rope_theta=10000.0)),
    "gemma2": published("Gemma2ForCausalLM", "gemma2", "spm", **dict(GROUPED, tie_word_embeddings=True, head_dim=32, hidden_activation="gelu_pytorch_tanh", rms_norm_eps=1e-6, rope_theta=10000.0, sliding_window=64, query_pre_attn_scalar=32, attn_logit_softcapping=50.0, final_logit_softcapping=30.0)),
    "gemma3": published("Gemma3ForCausalLM", "gemma3_text", "spm", **dict(GROUPED, tie_word_embeddings=True, head_dim=32, hidden_activation="gelu_pytorch_tanh", rms_norm_eps=1e-6, rope_theta=1000000, rope_local_base_freq=10000, sliding_window=64, sliding_window_pattern=6, query_pre_attn_scalar=32, rope_scaling=None)),
    "gemma3-new": published("Gemma3ForCausalLM", "gemma3_text", "spm", **dict(GROUPED, tie_word_embeddings=True, head_dim=32, hidden_activation="gelu_pytorch_tanh", rms_norm_eps=1e-6, sliding_window=64, query_pre_attn_scalar=32, rope_parameters=dict(sliding_attention=dict(rope_type="default", rope_theta=10000.0), full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1000000.0)))),
    "phi2": published("PhiForCausalLM", "phi", "bpe", **dict(DECODER, intermediate_size=4 * HIDDEN, hidden_act="gelu_new", partial_rotary_factor=0.5, rope_theta=10000.0, layer_norm_eps=1e-5)),
    "phi2-old": written("PhiForCausalLM", "phi-msft", "bpe", phi2_old(), vocab_size=VOCAB, n_embd=HIDDEN, n_layer=LAYERS, n_head=HEADS, n_positions=512, rotary_dim=8, partial_rotary_factor=0.5, layer_norm_epsilon=1e-5, activation_function="gelu_new", n_inner=None),
    "phi3-mini-4k": published("Phi3ForCausalLM", "phi3", "spm", **dict(DECODER, num_key_value_heads=HEADS, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=10000.0, sliding_window=64, original_max_position_embeddings=512, rope_scaling=None, pad_token_id=0)),
    "phi3-mini-128k": published("Phi3ForCausalLM", "phi3", "spm", **dict(DECODER, num_key_value_heads=HEADS, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=10000.0, sliding_window=None, original_max_position_embeddings=128, rope_scaling=dict(type="longrope", long_factor=FACTORS, short_factor=SHORT), pad_token_id=0)),
    "phi4-mini": published("Phi3ForCausalLM", "phi3", "spm", **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=10000.0, sliding_window=64, original_max_position_embeddings=128, partial_rotary_factor=0.75, rope_scaling=dict(type="longrope", long_factor=FACTORS[:6], short_factor=SHORT[:6]), pad_token_id=0)),
    "olmo": published("OlmoForCausalLM", "olmo", "bpe", **dict(GROUPED, hidden_act="silu", rope_theta=10000.0, clip_qkv=None)),
    "olmo-clip": published("OlmoForCausalLM", "olmo", "bpe", **dict(DECODER, num_key_value_heads=HEADS, hidden_act="silu", rope_theta=10000.0, clip_qkv=8.0)),
    "olmo2": published("Olmo2ForCausalLM", "olmo2", "bpe", **dict(GROUPED, hidden_act="silu", rope_theta=500000, rms_norm_eps=1e-6)),
    "olmo3": published("Olmo3ForCausalLM", "olmo3", "bpe", **dict(GROUPED, hidden_act="silu", rope_theta=500000, rms_norm_eps=1e-6, sliding_window=64, layer_types=["sliding_attention", "full_attention"], rope_scaling=dict(rope_type="yarn", factor=8.0, attention_factor=1.2079441541679836, beta_fast=32, beta_slow=1, original_max_position_embeddings=64))),
    "granite": published("GraniteForCausalLM", "granite", "bpe", **dict(GROUPED, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=10000.0, embedding_multiplier=12.0, logits_scaling=8.0, residual_multiplier=0.22, attention_multiplier=0.015625)),
    "smollm3": published("SmolLM3ForCausalLM", "smollm3", "bpe", **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", rms_norm_eps=1e-6, rope_theta=5000000.0, no_rope_layers=[1, 1], no_rope_layer_interval=4, pad_token_id=0)),
    "command-r": published("CohereForCausalLM", "cohere", "bpe", **dict(DECODER, num_key_value_heads=HEADS, tie_word_embeddings=True, hidden_act="silu", layer_norm_eps=1e-5, logit_scale=0.0625, rope_theta=8000000.0, model_max_length=131072, use_qk_norm=False, pad_token_id=0)),
    "command-r-plus": published("CohereForCausalLM", "cohere", "bpe", **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", layer_norm_eps=1e-5, logit_scale=0.8333, rope_theta=75000000.0, use_qk_norm=True, pad_token_id=0)),
    "cohere2": published("Cohere2ForCausalLM", "cohere2", "bpe", **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", layer_norm_eps=1e-5, logit_scale=0.25, rope_theta=50000, rotary_pct=1.0, sliding_window=64, head_dim=HEAD, pad_token_id=0)),
    "internlm2": written("InternLM2ForCausalLM", "internlm2", "spm", internlm2(), **dict(GROUPED, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=1000000, rope_scaling=dict(type="dynamic", factor=2.0), bias=False)),
    "baichuan-7b": written("BaichuanForCausalLM", "baichuan", "spm", baichuan(), **dict(DECODER, hidden_act="silu", rms_norm_eps=1e-6)),
    "baichuan-13b": written("BaichuanForCausalLM", "baichuan", "spm", baichuan(), **dict({k: v for k, v in DECODER.items() if k != "max_position_embeddings"}, hidden_act="silu", rms_norm_eps=1e-6, model_max_length=4096)),
    "minicpm": written("MiniCPMForCausalLM", "minicpm", "spm", minicpm(), **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", rms_norm_eps=1e-5, scale_emb=12, scale_depth=1.4, dim_model_base=32, rope_scaling=None)),
    "minicpm4": written("MiniCPMForCausalLM", "minicpm", "spm", minicpm(), **dict(GROUPED, tie_word_embeddings=True, hidden_act="silu", rms_norm_eps=1e-6, scale_emb=12, scale_depth=1.4, dim_model_base=32, rope_theta=10000.0, rope_scaling=dict(rope_type="longrope", long_factor=FACTORS, short_factor=SHORT, original_max_position_embeddings=128))),
    "nemotron": published("NemotronForCausalLM", "nemotron", "spm", **dict(GROUPED, head_dim=HEAD, hidden_act="relu2", norm_eps=1e-5, rope_theta=10000.0, partial_rotary_factor=0.5)),
    "exaone3": written("ExaoneForCausalLM", "exaone", "bpe", exaone3(), **dict({k: v for k, v in GROUPED.items() if k != "num_hidden_layers"}, num_layers=LAYERS, activation_function="silu", layer_norm_epsilon=1e-5, rope_theta=1000000)),
    "exaone4": published("Exaone4ForCausalLM", "exaone4", "bpe", **dict(GROUPED, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=1000000, sliding_window=64, sliding_window_pattern=4, layer_types=["sliding_attention", "full_attention"], rope_scaling=LLAMA3)),
    "glm4": published("Glm4ForCausalLM", "glm4", "bpe", **dict(GROUPED, head_dim=HEAD, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=10000.0, partial_rotary_factor=0.5, attention_bias=True, eos_token_id=[2, 312], pad_token_id=0)),
    "glm": published("GlmForCausalLM", "glm", "bpe", **dict(GROUPED, head_dim=HEAD, hidden_act="silu", rms_norm_eps=1e-6, rope_theta=10000.0, partial_rotary_factor=0.5, attention_bias=True, eos_token_id=[2, 312], pad_token_id=0)),
    "chatglm": written("ChatGLMModel", "chatglm", "bpe", chatglm(), num_layers=LAYERS, hidden_size=HIDDEN, num_attention_heads=HEADS, multi_query_attention=True, multi_query_group_num=KEYS, ffn_hidden_size=FORWARD, layernorm_epsilon=1.5625e-7, seq_length=512, padded_vocab_size=VOCAB, vocab_size=VOCAB, kv_channels=HEAD, rope_ratio=500, add_qkv_bias=True, rmsnorm=True, post_layer_norm=True, eos_token_id=[2, 312], pad_token_id=0),
    "gpt2-plain": written("GPT2LMHeadModel", "gpt2", "bpe", without_prefix("gpt2", {"attn.bias": (1, 1, 128, 128), "attn.masked_bias": ()}), **GPT2),
    "bloom-plain": written("BloomForCausalLM", "bloom", "bpe", without_prefix("bloom", {}), vocab_size=VOCAB, n_embed=HIDDEN, n_layer=LAYERS, num_attention_heads=HEADS, seq_length=256, layer_norm_epsilon=1e-5, bos_token_id=1, eos_token_id=2, hidden_size=HIDDEN, n_head=HEADS),
    "gemma3-images": written("Gemma3ForConditionalGeneration", "gemma3", "spm", with_images, text_config=dict(GROUPED, model_type="gemma3_text", tie_word_embeddings=True, head_dim=32, hidden_activation="gelu_pytorch_tanh", rms_norm_eps=1e-6, rope_theta=1000000, rope_local_base_freq=10000, sliding_window=64, query_pre_attn_scalar=32, rope_scaling=dict(rope_type="linear", factor=8.0)), vision_config=dict(model_type="siglip_vision_model", hidden_size=8), mm_tokens_per_image=4),
    "deepseek": written("DeepseekForCausalLM", "deepseek", "bpe", deepseek(), **dict(GROUPED, hidden_act="silu", rms_norm_eps=1e-6, rope_theta=10000.0, n_routed_experts=4, num_experts_per_tok=2, n_shared_experts=2, moe_intermediate_size=32, first_k_dense_replace=1, moe_layer_freq=1, norm_topk_prob=False, scoring_func="softmax")),
    "llama-bias": published("LlamaForCausalLM", "llama", "spm", **dict(GROUPED, hidden_act="silu", rms_norm_eps=1e-5, rope_theta=10000.0, attention_bias=True, rope_scaling=dict(type="linear", factor=2.0))),
}


def weights(name, shape, seed):
    count = int(np.prod(shape)) if shape else 1
    x = (np.arange(count, dtype=np.uint64) + zlib.crc32(name.encode()) + 7919 * seed) & 0xFFFFFFFF
    x = (x * 2654435761) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 2246822519) & 0xFFFFFFFF
    if seed == 3:
        return (((x >> 8).astype(np.int64) - (1 << 23)).astype(np.float64) / (1 << 24)).astype(np.float32)
    return ((x >> 24).astype(np.int64) - 128).astype(np.float32) / 256


def data(name, shape, seed):
    values = torch.from_numpy(weights(name, shape, seed))
    kind = {1: torch.bfloat16, 2: torch.float16, 3: torch.float32}[seed]
    return values.to(kind).view(torch.uint8).numpy().tobytes()


def save(path, tensors, seed):
    header, at, parts = {}, 0, []
    for name in sorted(tensors):
        part = data(name, tensors[name], seed)
        header[name] = dict(dtype=DTYPES[seed][0], shape=list(tensors[name]), data_offsets=[at, at + len(part)])
        at += len(part)
        parts.append(part)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(parts))


def tensors_of(config):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(dict(config, architectures=None), file)
        settings = transformers.AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(settings)
    tied = list(getattr(model, "_tied_weights_keys", None) or []) if settings.tie_word_embeddings else []
    tensors = {name: tuple(value.shape) for name, value in model.state_dict().items() if name not in tied}
    modern = {key: value for key, value in json.loads(settings.to_json_string(use_diff=False)).items() if key not in NOISE and (key in config or not key.endswith("_token_id"))}
    return tensors, dict(modern, architectures=config["architectures"])


known = TextModel.get_vocab_base_pre
load = ModelBase.load_hparams


def named(self, tokenizer):
    try:
        return known(self, tokenizer)
    except NotImplementedError:
        return "llama-bpe"


def whole(folder, *rest, **more):
    # keys that transformers 5 drops and the converter wants
    with open(os.path.join(folder, "config.json")) as file:
        return {**json.load(file), **load(folder, *rest, **more)}


def stacked(self, *tensor):
    # the converter drops what its own generator returns
    rest = yield from stack(self, *tensor)
    yield from rest or ()


def once(self, tensor, name, block):
    # the converter calls itself for ever
    yield from unpack(self, tensor, name, block) if "W_pack" in name else ModelBase.modify_tensors(self, tensor, name, block)


def without_buffers(tensor):
    # the converter has no name for them
    return None if tensor[0].endswith((".attn.bias", ".attn.masked_bias")) else TextModel.filter_tensors(tensor)


GPT2Model.filter_tensors = staticmethod(without_buffers)
stack, unpack = StableLMModel.modify_tensors, BaichuanModel.modify_tensors
StableLMModel.modify_tensors, BaichuanModel.modify_tensors = stacked, once
QwenModel.set_vocab = TextModel._set_vocab_gpt2  # from files of ranks otherwise
InternLM2Model.set_vocab = TextModel._set_vocab_sentencepiece  # wants protobuf otherwise
TextModel.get_vocab_base_pre = named
ModelBase.load_hparams = staticmethod(whole)


def convert(folder, out, kind):
    sys.argv = [CONVERTER, folder, "--outfile", out, "--outtype", kind]
    runpy.run_path(CONVERTER, run_name="__main__")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def tensor_digest(path):
    """Of the names, types, extents and bytes of the tensors."""
    hashed = hashlib.sha256()
    for tensor in GGUFReader(path).tensors:
        hashed.update(("%s %s %s\n" % (tensor.name, tensor.tensor_type.name, " x ".join(map(str, tensor.shape)))).encode())
        hashed.update(tensor.data.tobytes())
    return hashed.hexdigest()


def golden(name, config, tokenizer, tensors):
    modern = {}
    if tensors is None:
        tensors, modern = tensors_of(config)
    elif callable(tensors):
        tensors = tensors()
    made = dict(modern=modern, config=config, tokenizer=tokenizer, tensors={key: list(shape) for key, shape in sorted(tensors.items())}, files={}, weights={})
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "model")
        shutil.copytree(os.path.join(TOKENIZERS, tokenizer), folder)
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(config, file)
        for seed in DTYPES:
            save(os.path.join(folder, "model.safetensors"), tensors, seed)
            for kind in TYPES:
                path = os.path.join(scratch, kind)
                try:
                    convert(folder, path, kind)
                except (Exception, SystemExit) as failure:
                    made["failure"] = "%s: %s" % (type(failure).__name__, str(failure)[:200])
                    return made
                made["files"]["%s-%d" % (kind.upper(), seed)] = digest(path)
                made["weights"]["%s-%d" % (kind.upper(), seed)] = tensor_digest(path)
            if seed == 1:
                for recipe in RECIPES:
                    path = os.path.join(scratch, recipe)
                    ran = subprocess.run(["llama-quantize", os.path.join(scratch, "f32"), path, recipe], capture_output=True)
                    if ran.returncode == 0:
                        made["files"][recipe + "-1"] = digest(path)
                        made["weights"][recipe + "-1"] = tensor_digest(path)
            if "KEEP" in os.environ:  # a folder for everything that is made of seed 1, to look at
                shutil.copytree(scratch, os.path.join(os.environ["KEEP"], name), dirs_exist_ok=True)
                del os.environ["KEEP"]
    return made


def main():
    keep = os.environ.pop("KEEP", None)
    goldens = json.load(open(OUT)) if os.path.exists(OUT) else {}
    for name in sys.argv[4:] or FAMILIES:
        config, tokenizer, tensors = FAMILIES[name]
        os.environ.update(KEEP=keep) if keep else None
        goldens[name] = golden(name, config, tokenizer, tensors)
        print(name, goldens[name].get("failure", "done"), flush=True)
    with open(OUT, "w") as file:
        json.dump(goldens, file, separators=(",", ":"))
        file.write("\n")


main()
