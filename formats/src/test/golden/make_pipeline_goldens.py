#!/usr/bin/env python3
"""Makes small tokenizers of every kind and what their own libraries make of texts: make_pipeline_goldens.py OUT

Run with tokenizers 0.23.1 and sentencepiece 0.2.2. OUT gets `pipelines.json`, a list of tokenizer.json files with ids, and for each
SentencePiece model a folder with `tokenizer.model` and `ids.json`.
"""
import json
import os
import random
import sys
import unicodedata
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

WORDS = (
    "the mill stone turns and grinds what it is given, grain by grain; nobody hurries it. In 1492, 12 ships and 345 sailors left; "
    "they're back, I've heard. Ünïcode wörds: naïve café, Größe, Ångström, ﬁne ﬂour. Привет мир, как дела? Ελληνικά γλώσσα. "
    "日本語のテキストとカタカナ、中文字符。안녕하세요 세계. नमस्ते दुनिया। مرحبا بالعالم؟ 🚀🦙 x = a[i] + b*c; // done\n\tif (x >= 10) { return; }\n\n"
)
NEW = unicodedata.ucd_3_2_0


def texts(count, seed, extra):
    chosen = random.Random(seed)
    pools = [
        lambda: chr(chosen.randrange(32, 127)),
        lambda: chosen.choice(" \t\n\r\u00a0\u3000\u2028\u000b\u0085"),
        lambda: chr(chosen.randrange(0xA0, 0x250)),
        lambda: chr(chosen.randrange(0x370, 0x530)),
        lambda: chr(chosen.randrange(0x3040, 0x3100)),
        lambda: chr(chosen.randrange(0x4E00, 0x4F00)),
        lambda: chr(chosen.randrange(0xAC00, 0xAD00)),
        lambda: chr(chosen.randrange(0x300, 0x340)),
        lambda: chosen.choice("0123456789\u0660\u0967\u2160"),
        lambda: chosen.choice(["'s", "'RE", " the", "ing", "▁", "don't", "ﬁ", "é", " ", "  "]),
        lambda: chosen.choice("etaoinshrdlu"),
        lambda: chosen.choice(WORDS.split(" ")) + " ",
        lambda: chosen.choice(extra),
    ]
    made = []
    while len(made) < count:
        some = chosen.sample(pools, chosen.randrange(1, 5))
        text = "".join(chosen.choice(some)() * chosen.choice([1, 1, 1, 3]) for _ in range(chosen.randrange(1, 16)))
        # characters that every Unicode version knows alike
        if all(NEW.category(c) != "Cn" or c in "🚀🦙" for c in text):
            made.append(text)
    return made


ADDED = [
    AddedToken("<s>", special=True),
    AddedToken("</s>", special=True),
    AddedToken("<pad>", special=True, lstrip=True, rstrip=True),
    AddedToken("mill", single_word=True),
    AddedToken("Bar", lstrip=True, normalized=True),
    AddedToken("Éx", normalized=True, rstrip=True),
    AddedToken(" x", normalized=False),
    AddedToken("\n\n", normalized=False),
]


def template(tokenizer):
    ids = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    return processors.TemplateProcessing(single="<s> $A </s> </s>", special_tokens=ids)


def pair(kind):
    return lambda tokenizer: kind(("</s>", tokenizer.token_to_id("</s>")), ("<s>", tokenizer.token_to_id("<s>")))


def build(model, normalizer=None, pre=None, post=None, trainer=None):
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre is not None:
        tokenizer.pre_tokenizer = pre
    if trainer is None:
        trainer = trainers.BpeTrainer(vocab_size=230, special_tokens=["<unk>"], show_progress=False, limit_alphabet=120)
    tokenizer.train_from_iterator([WORDS] * 3, trainer)
    tokenizer.add_tokens([token for token in ADDED if not token.special])
    tokenizer.add_special_tokens([token for token in ADDED if token.special])
    if post is not None:
        tokenizer.post_processor = post(tokenizer)
    return tokenizer


def charsmap(path):
    """Field 2 of field 3 of a SentencePiece model."""

    def fields(data):
        at = 0

        def number():
            nonlocal at
            value = shift = 0
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value

        while at < len(data):
            key = number()
            if key & 7 == 0:
                yield key >> 3, number()
            else:
                length = number() if key & 7 == 2 else 4 if key & 7 == 5 else 8
                yield key >> 3, data[at : at + length]
                at += length

    for field, value in fields(path.read_bytes()):
        if field == 3:
            return dict(fields(value))[2]


def pipelines(map_bytes):
    norm, pre = normalizers, pre_tokenizers
    bpe = lambda **options: models.BPE(unk_token="<unk>", **options)
    metaspace = norm.Sequence([norm.Prepend("▁"), norm.Replace(" ", "▁")])
    for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Nmt", "ByteLevel", "Strip"):
        yield "normalizer " + name, build(bpe(), getattr(norm, name)(), pre.WhitespaceSplit())
    yield "normalizer StripAccents", build(bpe(), norm.Sequence([norm.NFD(), norm.StripAccents()]), None, template)
    yield "normalizer Replace", build(bpe(fuse_unk=True), norm.Replace(Regex(r"\s+|[aeiou]"), "·"), pre.Whitespace())
    yield "normalizer Bert", build(bpe(), norm.BertNormalizer(), pre.BertPreTokenizer(), pair(processors.BertProcessing))
    cased = norm.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    yield "normalizer Bert, cased", build(bpe(), cased, pre.Whitespace())
    yield "ByteLevel with prefix", build(models.BPE(), None, pre.ByteLevel(add_prefix_space=True), pair(processors.RobertaProcessing))
    digits = pre.Sequence([pre.Digits(True), pre.ByteLevel(add_prefix_space=False)])
    yield "digits, then ByteLevel", build(models.BPE(), norm.NFC(), digits)
    yield "Digits together", build(bpe(), None, pre.Digits(False))
    for scheme in ("always", "first", "never"):
        yield "Metaspace " + scheme, build(bpe(), None, pre.Metaspace(prepend_scheme=scheme, split=scheme != "never"))
    yield "UnicodeScripts", build(bpe(), None, pre.UnicodeScripts())
    yield "CharDelimiterSplit", build(bpe(), None, pre.CharDelimiterSplit("e"))
    yield "FixedLength", build(bpe(), None, pre.FixedLength(5))
    for behavior in ("isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous"):
        yield "Punctuation " + behavior, build(bpe(), None, pre.Punctuation(behavior))
        yield "Split " + behavior, build(bpe(), None, pre.Split(Regex(r"[aeiou]|\p{Han}{1,2}|\d|[[:punct:]]"), behavior))
        yield "Split inverted " + behavior, build(bpe(), None, pre.Split(Regex(r"\w+|[^\w\s]"), behavior, invert=True))
    regexes = [
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        r"\p{N}{1,2}+|\s+$|\h+|[^\P{L}a-c]++|[\s\w&&[^0-9]]+|.",
        r"(?=(\d{3})+(?!\d))|\W+|\p{^L}",
    ]
    for number, regex in enumerate(regexes):
        yield f"regex {number}", build(bpe(), None, pre.Split(Regex(regex), "isolated"))
    bytes_too = ["<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    fallback = trainers.BpeTrainer(vocab_size=420, special_tokens=bytes_too, show_progress=False, limit_alphabet=60)
    yield "byte fallback", build(bpe(byte_fallback=True, fuse_unk=True), metaspace, None, template, fallback)
    affixes = dict(continuing_subword_prefix="##", end_of_word_suffix="</w>")
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>"], show_progress=False, **affixes)
    yield "affixes", build(bpe(**affixes), norm.Lowercase(), pre.Whitespace(), None, trainer)
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=["<unk>"], show_progress=False)
    yield "WordPiece", build(models.WordPiece(unk_token="<unk>"), norm.BertNormalizer(), pre.BertPreTokenizer(), None, trainer)
    trainer = trainers.WordLevelTrainer(vocab_size=200, special_tokens=["<unk>"], show_progress=False)
    yield "WordLevel", build(models.WordLevel(unk_token="<unk>"), None, pre.Whitespace(), None, trainer)
    trainer = trainers.UnigramTrainer(vocab_size=250, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False)
    precompiled = norm.Sequence([norm.Precompiled(map_bytes), norm.Replace(Regex(" {2,}"), " ")])
    yield "Unigram, Precompiled", build(models.Unigram(), precompiled, pre.Metaspace(), template, trainer)


def unigram_with_bytes(tokenizer):
    description = json.loads(tokenizer.to_str())
    size = len(description["model"]["vocab"])
    description["model"]["vocab"] += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
    description["model"]["byte_fallback"] = True
    description["added_tokens"] = [token for token in description["added_tokens"] if token["id"] < size]
    return Tokenizer.from_str(json.dumps(description))


def rules():
    """A small character map: ligatures, wide letters, composition, case, spaces."""
    pairs = {"ﬁ": "fi", "ﬂ": "fl", "㍿": "株式会社", "e\u0301": "é", "\u00a0": " ", "\u3000": " ", "\t": " ", "\n": " ", "ß": "ss", "\u00ad": ""}
    pairs.update({chr(0xFF21 + i): chr(65 + i) for i in range(26)})
    pairs.update({chr(0x391 + i): chr(0x3B1 + i) for i in range(17)})
    points = lambda text: " ".join(f"{ord(c):X}" for c in text)
    return "".join(f"{points(source)}\t{points(target)}\n" for source, target in pairs.items())


def train(out, name, **options):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)  # the model remembers the names of the files
    if "normalization_rule_name" not in options:
        Path("rules.tsv").write_text(rules())
        options["normalization_rule_tsv"] = "rules.tsv"
    Path("corpus.txt").write_text("\n".join([WORDS] * 3))
    sentencepiece.SentencePieceTrainer.train(
        input="corpus.txt", model_prefix="tokenizer", minloglevel=2, hard_vocab_limit=False, **options
    )
    for leftover in ("corpus.txt", "rules.tsv", "tokenizer.vocab"):
        Path(leftover).unlink(missing_ok=True)
    model = sentencepiece.SentencePieceProcessor(model_file="tokenizer.model")
    some = texts(60, 7, ["<sep>", "ab", "e ", "ﬁ", "㍿"])
    cases = [{"text": text, "ids": model.encode(text)} for text in some if "\0" not in text]
    (folder / "ids.json").write_text(json.dumps(cases) + "\n")
    return folder / "tokenizer.model"


def main(out):
    unigram = train(out, "unigram", vocab_size=400, model_type="unigram", user_defined_symbols=["<sep>", "ab"])
    train(out, "bpe", vocab_size=600, model_type="bpe", byte_fallback=True, user_defined_symbols=["<sep>", "ab"])
    plain = dict(normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False, split_digits=True)
    train(out, "bpe-plain", vocab_size=500, model_type="bpe", allow_whitespace_only_pieces=True, **plain)
    behind = dict(treat_whitespace_as_suffix=True, byte_fallback=True)
    train(out, "unigram-behind", vocab_size=600, model_type="unigram", **behind)
    documents = []
    for name, tokenizer in pipelines(charsmap(unigram)):
        documents.append((name, tokenizer))
        if name.startswith("Unigram"):
            documents.append(("Unigram, bytes", unigram_with_bytes(tokenizer)))
    cases = []
    for name, tokenizer in documents:
        extra = [token.content for token in tokenizer.get_added_tokens_decoder().values()] + ["the mill", "Bar "]
        some = texts(25, len(name), extra)
        ids = [tokenizer.encode(text).ids for text in some]
        cases.append({"name": name, "tokenizer": json.loads(tokenizer.to_str()), "texts": some, "ids": ids})
    (out / "pipelines.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main(Path(sys.argv[1]).absolute())
