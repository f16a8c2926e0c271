#!/usr/bin/env python3
"""Makes the golden files of the tokenizer tests: small vocabularies, and what other programs do with them.

Usage: make_tokenizer_goldens.py TEXT CONVERTER OUTPUT

TEXT trains the vocabularies (examples/novella/calibration.txt made the committed ones), CONVERTER is
llama.cpp's convert_hf_to_gguf.py, whose package `conversion` PYTHONPATH must find, llama-tokenize must be on the path, OUTPUT is
src/test/resources/dev/quern/formats/tokenizer. Made with llama.cpp 0.7.0, gguf 0.19, sentencepiece 0.2.2,
tokenizers 0.23.1 and transformers 5.12.1.

Each folder of OUTPUT is a tokenizer as a model folder has it, with
  keys.json  the tokenizer.* keys that the converter writes, in its order: [key, type, value]
  ids.json   texts and their ids: "own" by the library that the vocabulary is for (tokenizers or sentencepiece),
             "plain" and "special" by llama-tokenize on the converted file, without and with --parse-special
splits.json has what tokenizers' pre-tokenizers make of one text: regex and behaviour -> ends of the pieces.
"""
import json
import os
import subprocess
import sys
import tempfile

import gguf
import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
GPT4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
REGEXES = {
    "gpt-2": [GPT2],
    "llama-bpe": [LLAMA3],
    "qwen2": [LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")],
    "qwen35": [r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
    "gpt-4o": [GPT4O],
    "tekken": [GPT4O.replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "").replace(r"\p{N}{1,3}", r"\p{N}")],
    "starcoder": [r"\p{N}", GPT2],
    "deepseek-coder": ["[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"],
    "deepseek-v3": [r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
                    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"],
    "bloom": [" ?[^(\\s|[.,!?…。，、।۔،])]+"],
    "superbpe": [r"\p{N}+", r"(?=(\d{3})+(?!\d))"],
    "tiny_aya": [r"\d{1,3}(?=(?:\d{3})*\b)", GPT4O],
    "seed-coder": ["(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\r\n]+|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"],
}
PIECES = [" ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u0085", "a", "B", "cd", "EF", "Gh", "iJ", "'s", "'S", "'ll", "'LL", "'Re", "'ſ", "'", "1",
          "23", "456", "7890", "é", "É", "ñÑ", "ß", "漢字", "ひらがな", "カタカナ", "한국어", "ก็", "नमस्ते", "e\u0301", "العربية", "½", "Ⅷ", "²", ".", "!!",
          "...", "~", "$", "<", "|>", "/", "//\n", "_", "-", "—", "…", "。", "，", "😀", "\u200d", "\ufeff", "\x1c", "µ", "ǅ", "ʰ", "𝒳", "𐐀", "( ", "+=", "`", "^", "|"]
TEXTS = ["", " ", "  ", "\n", "\n\n", "\t\t x", "Hello, world!", " Hello", "the  the   the", "It's he'LL they'Re I'M", "1 22 333 4444 55555", "naïve Ünïcödé ß",
         "漢字とひらがな 한국어", "🚀😀 e\u0301", "a\u00a0b\u3000c", "x" * 70, "ab" * 60, "\u0000 nul \u001c", "<s>said</s> [X] <tool>", "<|begin_of_text|>it<|end|> <|foo|>",
         "▁already▁marked", "It was the best of times,\nit was the worst of times.\r\n\r\n  It was", "<0x41> <0xZZ>", "...!!!???", "e" * 30 + " " * 30 + "!"]


def xorshift(count):
    """The same pieces in every run and in every language."""
    state, text = 2463534242, []
    for _ in range(count):
        state ^= state << 13 & 0xffffffff
        state ^= state >> 17
        state ^= state << 5 & 0xffffffff
        text.append(PIECES[state % len(PIECES)])
    return "".join(text)


def write(path, value):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=1 if os.path.basename(path) == "keys.json" else None)
        f.write("\n")


def spm(text, out):
    sentencepiece.SentencePieceTrainer.train(input=text, model_prefix=f"{out}/tokenizer", vocab_size=420, model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
                                             remove_extra_whitespaces=False, split_digits=True, max_sentence_length=100000, input_sentence_size=3000, shuffle_input_sentence=False, minloglevel=2)
    os.remove(f"{out}/tokenizer.vocab")
    library = sentencepiece.SentencePieceProcessor(model_file=f"{out}/tokenizer.model")
    return lambda s: library.encode(s)


def byte_fallback(model, out):
    """The tokenizer.json that the same SentencePiece model gets from a conversion."""
    sp = sentencepiece.SentencePieceProcessor(model_file=model)
    ids = {sp.id_to_piece(i): i for i in range(sp.get_piece_size())}
    merges = []
    for piece, i in ids.items():
        if not (sp.is_control(i) or sp.is_unknown(i) or sp.is_byte(i)):
            merges += [(-sp.get_score(i), ids[piece[:k]], ids[piece[k:]]) for k in range(1, len(piece)) if piece[:k] in ids and piece[k:] in ids]
    special = [{"id": i, "content": c, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": i < 3} for i, c in ((0, "<unk>"), (1, "<s>"), (2, "</s>"), (420, "<tool>"))]
    bos = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    write(f"{out}/tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}, "pre_tokenizer": None,
        "post_processor": {"type": "TemplateProcessing", "single": [bos, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [bos, {"Sequence": {"id": "A", "type_id": 0}}, bos, {"Sequence": {"id": "B", "type_id": 1}}],
                           "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
        "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True, "ignore_merges": False, "vocab": ids,
                  "merges": [[sp.id_to_piece(a), sp.id_to_piece(b)] for _, a, b in sorted(merges)]}})
    library = Tokenizer.from_file(f"{out}/tokenizer.json")
    return lambda s: library.encode(s, add_special_tokens=False).ids


def bpe(text, out):
    tk = Tokenizer(models.BPE(ignore_merges=True))
    tk.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tk.decoder = decoders.ByteLevel()
    tk.train([text], trainers.BpeTrainer(vocab_size=420, special_tokens=["<|pad|>", "<|begin_of_text|>", "<|end_of_text|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tk.add_special_tokens(["<|end|>"])
    tk.add_tokens(["<tool>", "<|foo|>"])
    tk.post_processor = processors.TemplateProcessing(single="<|begin_of_text|> $A <|end|>", pair="<|begin_of_text|> $A $B <|end|>", special_tokens=[("<|begin_of_text|>", 1), ("<|end|>", 420)])
    tk.save(f"{out}/tokenizer.json", pretty=False)
    return lambda s: tk.encode(s, add_special_tokens=False).ids


def keys(folder, converter):
    """Converts the vocabulary; the pre-tokenizer that the converter does not know is llama-bpe."""
    known = "import runpy, sys; from conversion.base import TextModel; " \
            "TextModel.get_vocab_base_pre = lambda self, tokenizer: 'llama-bpe'; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    with tempfile.TemporaryDirectory() as scratch:
        file = f"{scratch}/vocabulary.gguf"
        subprocess.run([sys.executable, "-c", known, converter, folder, "--vocab-only", "--outfile", file], check=True, capture_output=True)
        fields = gguf.GGUFReader(file).fields
        found = [[k, "/".join(t.name for t in f.types), f.contents()] for k, f in fields.items() if k.startswith("tokenizer.")]
        ids = [[tokenize(file, s, scratch, "--no-parse-special"), tokenize(file, s, scratch)] for s in TEXTS]
    return found, ids


def tokenize(file, text, scratch, *options):
    path = f"{scratch}/text"
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    out = subprocess.run(["llama-tokenize", "-m", file, "-f", path, "--ids", "--no-bos", "--log-disable", *options], check=True, capture_output=True).stdout
    return json.loads(out.decode().strip().splitlines()[-1]) if text else []


def main():
    text, converter, out = sys.argv[1:]
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 64,
              "rms_norm_eps": 1e-5, "bos_token_id": 1, "eos_token_id": 2}
    special = {str(i): {"content": c, "special": s} for i, c, s in ((0, "<unk>", True), (1, "<s>", True), (2, "</s>", True), (420, "<tool>", False), (421, "[X]", True))}
    named = {"bos_token": "<s>", "eos_token": {"__type": "AddedToken", "content": "</s>"}, "unk_token": "<unk>"}
    folders = {
        "spm": (lambda d: spm(text, d), 424, dict(named, add_bos_token=True, add_eos_token=False, added_tokens_decoder=special,
                                                  chat_template=[{"name": "default", "template": "{{ messages }}"}, {"name": "tool use", "template": "{{ tools }}"}])),
        "byte-fallback": (lambda d: byte_fallback(f"{out}/spm/tokenizer.model", d), 421, dict(named, tokenizer_class="PreTrainedTokenizerFast", pad_token="</s>")),
        "byte-level": (lambda d: bpe(text, d), 428, {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin_of_text|>", "eos_token": "<|end_of_text|>", "pad_token": {"__type": "AddedToken", "content": "<|pad|>"},
                                                     "chat_template": "{{ messages }}"}),
    }
    for name, (make, size, tokens) in folders.items():
        folder = f"{out}/{name}"
        os.makedirs(folder, exist_ok=True)
        own = make(folder)
        write(f"{folder}/config.json", dict(config, vocab_size=size))
        write(f"{folder}/tokenizer_config.json", tokens)
        found, ids = keys(folder, converter)
        write(f"{folder}/keys.json", found)
        write(f"{folder}/ids.json", [{"text": s, "own": own(s), "plain": plain, "special": parsed} for s, (plain, parsed) in zip(TEXTS, ids)])
    sample = xorshift(1200)
    ends = {name: [e for _, (_, e) in pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r), behavior="isolated") for r in regexes]).pre_tokenize_str(sample)] for name, regexes in REGEXES.items()}
    write(f"{out}/splits.json", {"text": sample, "ends": ends})


main()
