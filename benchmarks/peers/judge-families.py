#!/usr/bin/env python3
"""The judges of prove-families: judge-families.py run TEXT MODEL...      judge-families.py table MODEL...

For each MODEL (a folder, with MODEL.gguf, MODEL.logits beside it): `run` makes MODEL.reference with the reference converter
and MODEL.base with llama-perplexity on MODEL.gguf; `table` compares all that is there:
largest difference of logits over their standard deviation for each seed, and of the seeds the worst difference of llama.cpp's perplexity
from ours, its worst mean KL divergence, and what differs between the converters' files (+ ours alone, - theirs alone, ~ differs). The reference converter refuses tokenizers that
it has not seen, and drops keys of config.json that transformers 5 drops: both are put right here, and the name of the pre-tokenizer
is not compared.
"""
import contextlib
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys

from gguf import GGUFReader
from safetensors.numpy import load_file

UNCOMPARED = ("tokenizer.ggml.pre", "general.name")


def prepare():
    from conversion.base import ModelBase, TextModel
    known, load = TextModel.get_vocab_base_pre, ModelBase.load_hparams

    def named(self, tokenizer):
        try:
            return known(self, tokenizer)
        except NotImplementedError:
            return "gpt-2"

    def whole(folder, *rest, **more):
        with open(os.path.join(folder, "config.json")) as file:
            own = json.load(file)
        try:
            return {**own, **load(folder, *rest, **more)}
        except AttributeError:  # of transformers, for a class that it does not know
            return own

    ModelBase.load_hparams, TextModel.get_vocab_base_pre = staticmethod(whole), named


def reference(converter, model):
    sys.argv = [converter, model, "--outfile", model + ".reference", "--outtype", "f32"]
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            sys.setrecursionlimit(300)
            runpy.run_path(converter, run_name="__main__")
    except (Exception, SystemExit) as failure:
        with contextlib.suppress(FileNotFoundError):
            os.remove(model + ".reference")
        with open(model + ".failure", "w") as file:
            file.write(f"{type(failure).__name__}: {str(failure)[:100]}".replace("\n", " "))


def perplexity(text, model):
    command = ["llama-perplexity", "-m", model + ".gguf", "-f", text, "-c", "128", "--chunks", "8", "-ctk", "f32", "-ctv", "f32", "-fa", "off", "--kl-divergence-base", model + ".base"]
    ran = subprocess.run(command, capture_output=True, text=True)
    with open(model + ".log", "a") as file:
        file.write(ran.stdout + ran.stderr)
    if ran.returncode:
        with contextlib.suppress(FileNotFoundError):
            os.remove(model + ".base")


def run(text, models):
    converter = shutil.which(os.environ["CONVERTER"]) or os.environ["CONVERTER"]
    sys.path[:0] = os.environ.get("CONVERTER_PATH", os.path.dirname(converter)).split(":")
    prepare()
    for model in models:
        if os.path.exists(model + ".gguf"):
            perplexity(text, model)
    for model in models:
        reference(converter, model)


def fields(path):
    return {name: f.contents() for name, f in GGUFReader(path).fields.items() if not name.startswith("GGUF.") and name not in UNCOMPARED}


def converted(model):
    """What differs between the files of the two converters."""
    if not os.path.exists(model + ".gguf"):
        return "refused: " + open(model + ".log").readline().strip()[-150:]
    if not os.path.exists(model + ".reference"):
        return "reference fails: " + open(model + ".failure").read()[:100]
    ours, theirs = fields(model + ".gguf"), fields(model + ".reference")
    differences = [("+" if k not in theirs else "-" if k not in ours else "~") + k for k in list(ours) + [k for k in theirs if k not in ours] if ours.get(k) != theirs.get(k)]
    a, b = ({t.name: t for t in GGUFReader(model + suffix).tensors} for suffix in (".gguf", ".reference"))
    differences += [("+" if k not in b else "-" if k not in a else "~") + k for k in list(a) + [k for k in b if k not in a]
                    if k not in a or k not in b or a[k].data.tobytes() != b[k].data.tobytes() or list(a[k].shape) != list(b[k].shape)]
    return "equal" if not differences else " ".join(differences[:3]) + (f" and {len(differences) - 3} more" if len(differences) > 3 else "")


def logits(model):
    if not os.path.exists(model + ".logits"):
        return "none"
    got, want = (load_file(path)["logits"].reshape(-1) for path in (model + ".logits", model + "/expected.safetensors"))
    return f"{abs(got - want).max() / want.std():.1e}"


def divergence(model):
    """Difference of perplexity in percent, None where the log does not say llama.cpp's, and mean KL divergence; None where llama.cpp does not load the file."""
    if not os.path.exists(model + ".json") or not os.path.getsize(model + ".json"):
        return None
    report = json.load(open(model + ".json"))
    running = re.findall(r"\[8\]([0-9.]+)", open(model + ".log").read())  # what a base says is cut off below
    return 100 * (float(running[-1]) / report["perplexity"]["value"] - 1) if running else None, report["kld"]["mean"]


def worst(divergences):
    """The cells of the worst difference of perplexity and the worst mean KL divergence."""
    if not divergences:
        return "not loaded |"
    said = [perplexity for perplexity, _ in divergences if perplexity is not None]
    cells = [f"{max(said, key=abs):+.4f} %"] if said else []
    cells += ["no perplexity in the log"] if len(said) < len(divergences) else []
    return f"{'; '.join(cells)} | {max(kld for _, kld in divergences):.1e}"


def table(models):
    rows, seeds = {}, []
    for model in models:
        name, _, seed = os.path.basename(model).rpartition("-")
        rows.setdefault(name, {})[seed] = model
        seeds += [seed] if seed not in seeds else []
    print("| model |", " | ".join(f"seed {seed}" for seed in seeds), "| perplexity | KL divergence | files |")
    print("|---|" + "---:|" * len(seeds) + "---:|---:|---|")
    for name, of in rows.items():
        judged = worst([d for d in map(divergence, of.values()) if d])
        files = " / ".join(dict.fromkeys(converted(model) for model in of.values()))
        print("|", name, "|", " | ".join(logits(of[seed]) if seed in of else "" for seed in seeds), "|", judged, "|", files, "|")


if sys.argv[1] == "run":
    run(sys.argv[2], sys.argv[3:])
else:
    table(sys.argv[2:])
