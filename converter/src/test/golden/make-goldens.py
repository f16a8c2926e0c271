#!/usr/bin/env python3
"""Makes the golden hashes of conversions: make-goldens.py MODELS OUT.json [CONVERTER]

MODELS holds folders of Hugging Face models. For each, llama.cpp's converter (CONVERTER, default convert_hf_to_gguf.py
on the path) makes F32, F16 and BF16 files, and llama-quantize makes every recipe from the BF16 file (from the F32 file
for models that store F32). OUT.json gets, per model and type, the SHA-256 of the file and of each tensor's bytes.
Made with llama.cpp 0.7.0 and gguf-py 0.19, x86-64.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

from gguf import GGUFReader

RECIPES = "Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K".split()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def hashes(path):
    tensors = {t.name: t.tensor_type.name + " " + digest(t.data.tobytes())[:32] for t in GGUFReader(path).tensors}
    return {"file": digest(open(path, "rb").read()), "tensors": tensors}


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    models, out = sys.argv[1], sys.argv[2]
    converter = sys.argv[3:] or ["convert_hf_to_gguf.py"]
    goldens = {}
    for model in sorted(os.listdir(models)):
        folder = os.path.join(models, model)
        if not os.path.exists(os.path.join(folder, "config.json")):
            continue
        goldens[model] = {}
        with tempfile.TemporaryDirectory() as scratch:
            for kind in ("F32", "F16", "BF16"):
                path = os.path.join(scratch, kind)
                run(*converter, folder, "--outfile", path, "--outtype", kind.lower())
                goldens[model][kind] = hashes(path)
            for recipe in RECIPES:
                path = os.path.join(scratch, recipe)
                run("llama-quantize", os.path.join(scratch, "BF16"), path, recipe)
                goldens[model][recipe] = hashes(path)
    with open(out, "w") as f:
        json.dump(goldens, f, indent=1)


main()
