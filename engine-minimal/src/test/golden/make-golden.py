#!/usr/bin/env python3
"""Makes the golden models of the engine's tests: small random decoders, as the reference converter writes
them in BF16, and the logits that PyTorch computes for them in float32.

Usage: make-golden.py TEXT CONVERTER FOLDER
TEXT is any English text of 100 kB or more (it trains the tokenizer), CONVERTER the command of
convert_hf_to_gguf.py, FOLDER where NAME.gguf and NAME.safetensors go.
Made with torch 2.14.1, transformers 5.12.1, sentencepiece 0.2.2, llama.cpp 0.7.0.
"""
import os
import shlex
import subprocess
import sys
import tempfile

import gguf
import sentencepiece
import torch
import transformers as tf
from safetensors.torch import save_file

VOCABULARY = 352
TOKENS = 50
COMMON = dict(vocab_size=VOCABULARY, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
              intermediate_size=80, max_position_embeddings=256, bos_token_id=1, eos_token_id=2)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32, rope_theta=500000.0)
YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=64, rope_theta=10000.0)
LINEAR = dict(rope_type="linear", factor=2.0, rope_theta=10000.0)
MODELS = {
    # grouped heads, untied
    "plain": tf.LlamaConfig(**COMMON),
    # frequency factors, tied, every bias, as many key heads as query heads
    "biased": tf.LlamaConfig(**dict(COMMON, rope_parameters=LLAMA3, tie_word_embeddings=True, attention_bias=True, mlp_bias=True, num_key_value_heads=4)),
    # a window, heads longer than hidden size / heads, one key head
    "windowed": tf.MistralConfig(**dict(COMMON, sliding_window=16, head_dim=20, num_key_value_heads=1)),
    "linear": tf.LlamaConfig(**dict(COMMON, rope_parameters=LINEAR)),
    "yarn": tf.LlamaConfig(**dict(COMMON, rope_parameters=YARN)),
}


def tokenizer(text, folder):
    sentencepiece.SentencePieceTrainer.train(input=text, model_prefix=f"{folder}/tokenizer", vocab_size=VOCABULARY, model_type="bpe",
                                             byte_fallback=True, character_coverage=0.98, max_sentence_length=100000, minloglevel=2)
    with open(f"{folder}/tokenizer_config.json", "w") as f:
        f.write('{"add_bos_token": true, "add_eos_token": false, "tokenizer_class": "LlamaTokenizer"}\n')


def random_model(config, seed):
    torch.manual_seed(seed)
    model = tf.AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for name, w in model.named_parameters():
            if w.dim() > 1:
                w.normal_(0, 1.5 / w.shape[-1] ** 0.5)
            else:
                w.add_(torch.randn_like(w) * 0.1)
    return model.to(torch.bfloat16)


def add_window(path, window):
    """The reference converter does not write the window of Mistral, which PyTorch honours."""
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(path + ".new", "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        kind = field.types[0]
        writer.add_key_value(field.name, field.contents(), kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    writer.add_sliding_window(window)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_shape=tensor.data.shape, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file(), writer.write_kv_data_to_file(), writer.write_tensors_to_file(), writer.close()
    os.replace(path + ".new", path)


def main():
    text, converter, out = sys.argv[1:]
    for seed, (name, config) in enumerate(MODELS.items()):
        with tempfile.TemporaryDirectory() as folder:
            tokenizer(text, folder)
            random_model(config, seed).save_pretrained(folder)
            subprocess.run(shlex.split(converter) + [folder, "--outfile", f"{out}/{name}.gguf", "--outtype", "bf16"], check=True)
            model = tf.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        if name == "windowed":
            add_window(f"{out}/{name}.gguf", config.sliding_window)
        ids = torch.randint(0, VOCABULARY, [1, TOKENS])
        with torch.no_grad():
            logits = model(input_ids=ids, use_cache=False).logits
        save_file({"input_ids": ids.to(torch.int32), "logits": logits.contiguous()}, f"{out}/{name}.safetensors")


main()
