#!/usr/bin/env python3
"""Makes the golden models of the engine's family tests: a small random decoder of each family, as the reference converter
writes it in BF16 but without its vocabulary, and the logits that PyTorch computes for it in float32.

Usage: make-families.py TEXT CONVERTER FOLDER [NAME...]
TEXT is any English text of 100 kB or more (it trains the tokenizers), CONVERTER the command of convert_hf_to_gguf.py,
FOLDER where NAME.gguf and NAME.safetensors go.
Made with torch 2.14.1, transformers 5.12.1, sentencepiece 0.2.2, tokenizers, llama.cpp 0.7.0.

Three kinds are not the reference converter's: what it has no class for (GPT-J), what it fails on (StableLM with a norm for
each head), and families without a class in transformers whose arithmetic is that of another one: those are its files under
another name.
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile

import gguf
import numpy
import sentencepiece
import torch
import transformers as tf
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PIECES, BYTES = 352, 264  # sizes of the two vocabularies
TOKENS, KEPT = 24, 12
H, HEADS, KV, FF = 32, 4, 2, 48
COMMON = dict(hidden_size=H, num_hidden_layers=2, num_attention_heads=HEADS, max_position_embeddings=64)
GATED = dict(COMMON, intermediate_size=FF, num_key_value_heads=KV, bos_token_id=1, eos_token_id=2, pad_token_id=0)
OLD = dict(n_embd=H, n_layer=2, n_head=HEADS, n_positions=64, bos_token_id=1, eos_token_id=2)


def rope(share=1.0, theta=10000.0, **more):
    return dict(dict(rope_type="default", rope_theta=theta, partial_rotary_factor=share), **more)


LONG = rope(rope_type="longrope", short_factor=[1.0, 1.1, 1.3, 1.7], long_factor=[1.0, 1.5, 2.5, 4.0], original_max_position_embeddings=16)
LINEAR = dict(full_attention=rope(theta=1e6, rope_type="linear", factor=8.0), sliding_attention=rope(theta=1e4))
PATTERN = ["sliding_attention", "sliding_attention", "sliding_attention", "full_attention"]

# name -> (configuration, vocabulary, what the converter must find in config.json beside)
MODELS = {
    "gptneox": (tf.GPTNeoXConfig(**dict(COMMON, intermediate_size=4 * H, rope_parameters=rope(0.5))), BYTES, {}),
    "gptneox-sequential": (tf.GPTNeoXConfig(**dict(COMMON, intermediate_size=4 * H, use_parallel_residual=False, rope_parameters=rope(0.25))), BYTES, {}),
    "gpt2": (tf.GPT2Config(**OLD), BYTES, dict(n_ctx=64)),
    "starcoder": (tf.GPTBigCodeConfig(**dict(OLD, multi_query=True)), BYTES, {}),
    "starcoder2": (tf.Starcoder2Config(**dict(GATED, sliding_window=8)), BYTES, {}),
    "bloom": (tf.BloomConfig(hidden_size=48, n_layer=2, n_head=6), BYTES, {}),
    "mpt": (tf.MptConfig(d_model=H, n_layers=2, n_heads=HEADS, max_seq_len=64, attn_config=dict(clip_qkv=1.5, alibi=True)), BYTES, {}),
    "falcon": (tf.FalconConfig(**dict(COMMON, multi_query=True, new_decoder_architecture=False, parallel_attn=True, bias=False, alibi=False)), BYTES, dict(num_kv_heads=1)),
    "falcon-two-norms": (tf.FalconConfig(**dict(COMMON, num_kv_heads=2, new_decoder_architecture=True, bias=False, alibi=False)), BYTES, {}),
    "phi2": (tf.PhiConfig(**dict(COMMON, intermediate_size=4 * H, rope_parameters=rope(0.5))), BYTES, {}),
    "nemotron": (tf.NemotronConfig(**dict(GATED, rope_parameters=rope(0.5))), PIECES, {}),
    "stablelm": (tf.StableLmConfig(**dict(GATED, use_qkv_bias=True, rope_parameters=rope(0.25))), BYTES, {}),
    "stablelm-heads": (tf.StableLmConfig(**dict(GATED, use_parallel_residual=True, qk_layernorm=True, rope_parameters=rope(0.25))), BYTES, {}),
    "gptj": (tf.GPTJConfig(**dict(OLD, rotary_dim=4)), BYTES, {}),
    "qwen2": (tf.Qwen2Config(**dict(GATED, tie_word_embeddings=True)), BYTES, {}),
    "qwen3": (tf.Qwen3Config(**dict(GATED, head_dim=12)), BYTES, {}),
    "olmo": (tf.OlmoConfig(**dict(GATED, clip_qkv=1.5)), BYTES, {}),
    "olmo2": (tf.Olmo2Config(**GATED), BYTES, {}),
    "olmo3": (tf.Olmo3Config(**dict(GATED, num_hidden_layers=4, sliding_window=8, layer_types=PATTERN)), BYTES, {}),
    "granite": (tf.GraniteConfig(**dict(GATED, embedding_multiplier=2.0, logits_scaling=4.0, residual_multiplier=0.5, attention_multiplier=0.2)), BYTES, {}),
    "smollm3": (tf.SmolLM3Config(**dict(GATED, num_hidden_layers=4, no_rope_layer_interval=4)), BYTES, {}),
    "gemma": (tf.GemmaConfig(**dict(GATED, head_dim=12)), PIECES, {}),
    "gemma2": (tf.Gemma2Config(**dict(GATED, head_dim=8, sliding_window=8, query_pre_attn_scalar=8, attn_logit_softcapping=3.0, final_logit_softcapping=5.0)), PIECES, {}),
    "gemma3": (tf.Gemma3TextConfig(**dict(GATED, num_hidden_layers=6, head_dim=8, sliding_window=8, query_pre_attn_scalar=8, rope_parameters=LINEAR)), PIECES, {}),
    "phi3": (tf.Phi3Config(**dict(GATED, sliding_window=8)), PIECES, dict(rope_theta=10000.0)),
    "phi3-long": (tf.Phi3Config(**dict(GATED, sliding_window=None, rope_parameters=LONG, original_max_position_embeddings=16)), PIECES, {}),
    "cohere": (tf.CohereConfig(**dict(GATED, use_qk_norm=True, logit_scale=0.25)), BYTES, {}),
    "cohere2": (tf.Cohere2Config(**dict(GATED, num_hidden_layers=4, sliding_window=8, logit_scale=0.25)), BYTES, dict(rotary_pct=1.0)),
    "glm": (tf.GlmConfig(**dict(GATED, rms_norm_eps=1e-5, head_dim=8, attention_bias=True, rope_parameters=rope(0.5))), BYTES, {}),
    "glm4": (tf.Glm4Config(**dict(GATED, head_dim=8, attention_bias=True, rope_parameters=rope(0.5))), BYTES, {}),
    "exaone4": (tf.Exaone4Config(**dict(GATED, num_hidden_layers=4, sliding_window=8, sliding_window_pattern=4)), BYTES, {}),
}
MIX = dict(GATED, num_experts=4, num_experts_per_tok=2)
LOCAL = dict(GATED, num_local_experts=4, num_experts_per_tok=2)
MODELS.update({
    "mixtral": (tf.MixtralConfig(**dict(LOCAL, sliding_window=None)), BYTES, {}),
    "qwen2moe": (tf.Qwen2MoeConfig(**dict(MIX, moe_intermediate_size=32, shared_expert_intermediate_size=40, decoder_sparse_step=1)), BYTES, {}),
    "qwen3moe": (tf.Qwen3MoeConfig(**dict(MIX, head_dim=12, moe_intermediate_size=32, decoder_sparse_step=1, norm_topk_prob=True)), BYTES, {}),
    "olmoe": (tf.OlmoeConfig(**MIX), BYTES, {}),
    "phimoe": (tf.PhimoeConfig(**dict(LOCAL, attention_bias=True, lm_head_bias=True, sliding_window=None, rope_parameters=rope(original_max_position_embeddings=64))), PIECES, {}),
    "granitemoe": (tf.GraniteMoeConfig(**dict(LOCAL, embedding_multiplier=2.0, logits_scaling=4.0, residual_multiplier=0.5, attention_multiplier=0.2)), BYTES, {}),
    "granitemoe-shared": (tf.GraniteMoeSharedConfig(**dict(LOCAL, shared_intermediate_size=32)), BYTES, {}),
    "gpt-oss": (tf.GptOssConfig(**dict(LOCAL, head_dim=8, sliding_window=8)), BYTES, {}),
    "deepseek2": (tf.DeepseekV2Config(**dict(GATED, num_key_value_heads=HEADS, moe_intermediate_size=16, n_routed_experts=8, num_experts_per_tok=2, n_shared_experts=1,
                  first_k_dense_replace=1, q_lora_rank=24, kv_lora_rank=20, qk_nope_head_dim=12, qk_rope_head_dim=8, v_head_dim=16, head_dim=8, topk_method="group_limited_greedy", n_group=4,
                  topk_group=2, routed_scaling_factor=1.5)), BYTES, {}),
    "deepseek2-lite": (tf.DeepseekV2Config(**dict(GATED, num_key_value_heads=HEADS, moe_intermediate_size=32, n_routed_experts=4, num_experts_per_tok=2, n_shared_experts=2,
                       first_k_dense_replace=1, q_lora_rank=None, kv_lora_rank=20, qk_nope_head_dim=12, qk_rope_head_dim=8, v_head_dim=16, head_dim=8)), BYTES, {}),
    "deepseek3": (tf.DeepseekV3Config(**dict(GATED, num_key_value_heads=HEADS, moe_intermediate_size=16, n_routed_experts=8, num_experts_per_tok=2, n_shared_experts=1,
                  first_k_dense_replace=1, q_lora_rank=24, kv_lora_rank=20, qk_nope_head_dim=12, qk_rope_head_dim=8, v_head_dim=16, n_group=4, topk_group=2, routed_scaling_factor=2.5,
                  rope_parameters=rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, mscale=1.0, mscale_all_dim=1.0))), BYTES, dict(scoring_func="sigmoid")),
    "deepseek": (tf.LlamaConfig(**GATED), BYTES, {}),
})
# families that compute as others do
ALIKE = {"internlm2": "llama", "baichuan": "llama", "exaone": "qwen2", "minicpm": "granite", "qwen": "qwen2"}
MODELS["llama"] = (tf.LlamaConfig(**GATED), BYTES, {})
MODELS["llama-yarn"] = (tf.LlamaConfig(**dict(GATED, rope_parameters=rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, attention_factor=1.3, beta_fast=16.0, beta_slow=2.0))), BYTES, {})


def pieces(text, folder):
    sentencepiece.SentencePieceTrainer.train(input=text, model_prefix=f"{folder}/tokenizer", vocab_size=PIECES, model_type="bpe",
                                             byte_fallback=True, character_coverage=0.98, max_sentence_length=100000, minloglevel=2)
    with open(f"{folder}/tokenizer_config.json", "w") as f:
        f.write('{"add_bos_token": true, "add_eos_token": false, "tokenizer_class": "LlamaTokenizer"}\n')


def bytes_(text, folder):
    tk = Tokenizer(models.BPE())
    tk.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tk.decoder = decoders.ByteLevel()
    tk.train([text], trainers.BpeTrainer(vocab_size=BYTES, special_tokens=["<|pad|>", "<|begin_of_text|>", "<|end_of_text|>", "<|endoftext|>", "<|user|>"],
                                         initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tf.PreTrainedTokenizerFast(tokenizer_object=tk, bos_token="<|begin_of_text|>", eos_token="<|end_of_text|>").save_pretrained(folder)


def random_model(config, seed):
    torch.manual_seed(seed)
    model = tf.AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for name, w in model.named_parameters():
            if w.dim() > 1:
                w.normal_(0, 1.5 / w.shape[-1] ** 0.5)
            else:
                w.add_(torch.randn_like(w) * 0.1)
        for name, w in model.named_buffers():
            if name.endswith("e_score_correction_bias"):
                w.add_(torch.randn_like(w) * 0.1)
    return model.to(torch.bfloat16)


def publish(folder, more):
    """Adds the keys that published files carry beside those that transformers 5 writes."""
    path = os.path.join(folder, "config.json")
    c = json.load(open(path))
    r = c.get("rope_parameters") or {}
    r = r.get("full_attention", r)
    if "rope_theta" in r:
        c["rope_theta"] = r["rope_theta"]
    if "partial_rotary_factor" in r:
        c["partial_rotary_factor"] = c["rotary_pct"] = r["partial_rotary_factor"]
    if r.get("rope_type", "default") != "default":
        c["rope_scaling"] = {k: x for k, x in r.items() if k != "rope_theta"}
    if c["model_type"] == "mpt":
        c["architectures"] = ["MPTForCausalLM"]
    if c["model_type"] == "phimoe":
        c["architectures"] = ["PhiMoEForCausalLM"]
    if c["model_type"] == "gpt_neox":
        c["rotary_emb_base"] = r["rope_theta"]
    json.dump(dict(c, **more), open(path, "w"), indent=2)


def numbers(w):
    return w.detach().float().numpy()


def matrix(writer, name, w):
    """BF16, as the reference writes matrices."""
    bits = (w.detach().to(torch.bfloat16).view(torch.int16).numpy()).view("uint8").reshape(w.shape[0], -1)
    writer.add_tensor(name + ".weight", bits, raw_dtype=gguf.GGMLQuantizationType.BF16)


def linear(writer, name, module):
    matrix(writer, name, module.weight)
    if getattr(module, "bias", None) is not None:
        writer.add_tensor(name + ".bias", numbers(module.bias))


def vector(writer, name, module):
    writer.add_tensor(name + ".weight", numbers(module.weight))
    if getattr(module, "bias", None) is not None:
        writer.add_tensor(name + ".bias", numbers(module.bias))


def header(path, arch, config, heads_kv, eps):
    w = gguf.GGUFWriter(path, arch)
    w.add_block_count(2), w.add_context_length(64), w.add_embedding_length(H)
    w.add_head_count(HEADS), w.add_head_count_kv(heads_kv), w.add_layer_norm_eps(eps)
    return w


def finish(w):
    w.write_header_to_file(), w.write_kv_data_to_file(), w.write_tensors_to_file(), w.close()


def write_gptj(model, path):
    c = model.config
    w = header(path, "gptj", c, HEADS, c.layer_norm_epsilon)
    w.add_feed_forward_length(4 * H), w.add_rope_dimension_count(c.rotary_dim)
    matrix(w, "token_embd", model.transformer.wte.weight), linear(w, "output", model.lm_head), vector(w, "output_norm", model.transformer.ln_f)
    for i, b in enumerate(model.transformer.h):
        vector(w, f"blk.{i}.attn_norm", b.ln_1)
        for ours, theirs in dict(attn_q=b.attn.q_proj, attn_k=b.attn.k_proj, attn_v=b.attn.v_proj, attn_output=b.attn.out_proj, ffn_up=b.mlp.fc_in, ffn_down=b.mlp.fc_out).items():
            linear(w, f"blk.{i}.{ours}", theirs)
    finish(w)


def write_stablelm_heads(model, path):
    c = model.config
    w = header(path, "stablelm", c, KV, c.layer_norm_eps)
    w.add_feed_forward_length(FF), w.add_rope_dimension_count(2), w.add_parallel_residual(True)
    matrix(w, "token_embd", model.model.embed_tokens.weight), linear(w, "output", model.lm_head), vector(w, "output_norm", model.model.norm)
    for i, b in enumerate(model.model.layers):
        a, m = b.self_attn, b.mlp
        vector(w, f"blk.{i}.attn_norm", b.input_layernorm)
        for ours, theirs in dict(attn_q=a.q_proj, attn_k=a.k_proj, attn_v=a.v_proj, attn_output=a.o_proj, ffn_gate=m.gate_proj, ffn_up=m.up_proj, ffn_down=m.down_proj).items():
            linear(w, f"blk.{i}.{ours}", theirs)
        for ours, norms in (("attn_q_norm", a.q_layernorm), ("attn_k_norm", a.k_layernorm)):
            w.add_tensor(f"blk.{i}.{ours}.weight", numbers(torch.stack([n.weight for n in norms.norms])))
    finish(w)


class Mixture(torch.nn.Module):
    """DeepSeek's first mixture: shares of all experts, not made to sum to 1, beside an expert for every position."""

    def __init__(self, config):
        super().__init__()
        self.router = torch.nn.Linear(H, 4, bias=False)
        small = tf.LlamaConfig(**dict(GATED, intermediate_size=32))
        mlp = type(tf.LlamaForCausalLM(small).model.layers[0].mlp)
        self.experts = torch.nn.ModuleList(mlp(small) for _ in range(4))
        self.shared = mlp(tf.LlamaConfig(**dict(GATED, intermediate_size=64)))

    def forward(self, x):
        shares, chosen = self.router(x).softmax(-1).topk(2)
        every = torch.stack([expert(x) for expert in self.experts], -2)
        return (every.gather(-2, chosen[..., None].expand(*chosen.shape, H)) * shares[..., None]).sum(-2) + self.shared(x)


def permuted(w, heads):
    return w.reshape(heads, 2, w.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(w.shape)


def write_deepseek(model, path):
    """Replaces the second feed-forward part of a LLaMA by a mixture, and writes the result."""
    model.model.layers[1].mlp = Mixture(model.config)
    with torch.no_grad():
        for w in model.model.layers[1].mlp.parameters():
            w.normal_(0, 1.5 / w.shape[-1] ** 0.5).copy_(w.to(torch.bfloat16).float())
    w = gguf.GGUFWriter(path, "deepseek")
    w.add_block_count(2), w.add_context_length(64), w.add_embedding_length(H), w.add_feed_forward_length(FF)
    w.add_head_count(HEADS), w.add_head_count_kv(KV), w.add_layer_norm_rms_eps(model.config.rms_norm_eps)
    w.add_leading_dense_block_count(1), w.add_expert_count(4), w.add_expert_used_count(2), w.add_expert_feed_forward_length(32), w.add_expert_shared_count(2)
    matrix(w, "token_embd", model.model.embed_tokens.weight), linear(w, "output", model.lm_head), vector(w, "output_norm", model.model.norm)
    for i, b in enumerate(model.model.layers):
        a, m = b.self_attn, b.mlp
        vector(w, f"blk.{i}.attn_norm", b.input_layernorm), vector(w, f"blk.{i}.ffn_norm", b.post_attention_layernorm)
        matrix(w, f"blk.{i}.attn_q", permuted(a.q_proj.weight, HEADS)), matrix(w, f"blk.{i}.attn_k", permuted(a.k_proj.weight, KV))
        linear(w, f"blk.{i}.attn_v", a.v_proj), linear(w, f"blk.{i}.attn_output", a.o_proj)
        for part in ("gate", "up", "down"):
            if i == 0:
                linear(w, f"blk.{i}.ffn_{part}", getattr(m, part + "_proj"))
                continue
            linear(w, f"blk.{i}.ffn_{part}_shexp", getattr(m.shared, part + "_proj"))
            each = torch.stack([getattr(e, part + "_proj").weight for e in m.experts]).detach().to(torch.bfloat16)
            w.add_tensor(f"blk.{i}.ffn_{part}_exps.weight", each.view(torch.int16).numpy().view("uint8").reshape(*each.shape[:2], -1), raw_dtype=gguf.GGMLQuantizationType.BF16)
        if i == 1:
            w.add_tensor("blk.1.ffn_gate_inp.weight", numbers(m.router.weight))
    finish(w)


WRITERS = {"deepseek": write_deepseek, "gptj": write_gptj, "stablelm-heads": write_stablelm_heads}


def fused(tensors, writer):
    """Queries, keys and values of a block as one tensor, as Qwen 1 has them; yields the others."""
    parts = {}
    for tensor in tensors:
        block, _, part = tensor.name.rpartition(".attn_")
        if part not in ("q.weight", "k.weight", "v.weight", "q.bias", "k.bias", "v.bias"):
            yield tensor
            continue
        own = parts.setdefault((block, part[2:]), {})
        own[part[0]] = tensor.data
        if len(own) == 3:
            writer.add_tensor(f"{block}.attn_qkv.{part[2:]}", numpy.concatenate([own[x] for x in "qkv"]), raw_dtype=tensor.tensor_type)


def copy(source, target, arch=None, extra={}):
    """The same file without vocabulary, perhaps as another architecture."""
    reader = gguf.GGUFReader(source)
    was = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(target, arch or was)
    for field in reader.fields.values():
        if field.name.startswith(("GGUF.", "tokenizer.", "general.")):
            continue
        kind = field.types[0]
        if arch == "qwen" and field.name.endswith("feed_forward_length"):
            extra = {"feed_forward_length": 2 * field.contents()}  # Qwen 1 counts gate and product together
            continue
        name = field.name.replace(was + ".", (arch or was) + ".", 1)
        writer.add_key_value(name, field.contents(), kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    for key, value in extra.items():
        writer.add_uint32(f"{arch or was}.{key}", value)
    for tensor in fused(reader.tensors, writer) if arch == "qwen" else reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_shape=tensor.data.shape, raw_dtype=tensor.tensor_type)
    finish(writer)


def make(name, seed, text, converter, out):
    config, size, more = MODELS[name]
    config.vocab_size = size
    with tempfile.TemporaryDirectory() as folder:
        (pieces if size == PIECES else bytes_)(text, folder)
        random_model(config, seed).save_pretrained(folder)
        model = tf.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        if name in WRITERS:
            WRITERS[name](model, f"{out}/{name}.gguf")
        else:
            publish(folder, more)
            subprocess.run(shlex.split(converter) + [folder, "--outfile", f"{folder}/it.gguf", "--outtype", "bf16"], check=True)
            # the reference converter leaves out the window of StarCoder 2, which PyTorch honours
            copy(f"{folder}/it.gguf", f"{out}/{name}.gguf", extra={"attention.sliding_window": 8} if name == "starcoder2" else {})
    for module in model.modules():
        if type(module).__name__ == "DeepseekV2Moe":
            module.num_experts = config.n_routed_experts  # which its routing by groups asks for, and does not have
    ids = torch.randint(3, size, [1, TOKENS])
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False).logits[:, TOKENS - KEPT:]
    save_file({"input_ids": ids.to(torch.int32), "logits": logits.contiguous()}, f"{out}/{name}.safetensors")
    print(name, "std", logits.std().item(), "bytes", os.path.getsize(f"{out}/{name}.gguf"))


def main():
    text, converter, out = sys.argv[1:4]
    os.makedirs(out, exist_ok=True)
    for seed, name in enumerate(MODELS):
        if len(sys.argv) < 5 or name in sys.argv[4:]:
            try:
                make(name, seed, text, converter, out)
            except Exception as e:
                print(name, "FAILED", repr(e)[:300])
    for name, other in ALIKE.items():
        if len(sys.argv) < 5 or name in sys.argv[4:]:
            copy(f"{out}/{other}.gguf", f"{out}/{name}.gguf", name)
            os.system(f"cp {out}/{other}.safetensors {out}/{name}.safetensors")


main()
