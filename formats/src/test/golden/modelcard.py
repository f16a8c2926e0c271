"""Writes what gguf-py says of model names, sizes, cards and tensor lists.

Usage: python3 modelcard.py OUTPUT_FOLDER
Needs the package gguf (made with the one of llama.cpp 0.7.0).
"""

import json
import logging
import struct
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np

logging.disable(logging.CRITICAL)

NAMES = """
mistralai/Mistral-7B-Instruct-v0.3
mistralai/Mixtral-8x7B-Instruct-v0.1
mistralai/Mixtral-8x22B-v0.1
mistralai/Mistral-Nemo-Instruct-2407
meta-llama/Llama-2-7b-hf
meta-llama/Llama-2-70b-chat-hf
meta-llama/Meta-Llama-3-8B-Instruct
meta-llama/Llama-3.2-1B
meta-llama/Llama-4-Scout-17B-16E-Instruct
TinyLlama/TinyLlama-1.1B-Chat-v1.0
TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T
Qwen/Qwen2.5-0.5B-Instruct
Qwen/Qwen2.5-Coder-32B-Instruct
Qwen/Qwen1.5-MoE-A2.7B-Chat
Qwen/Qwen2-57B-A14B-Instruct
Qwen/Qwen3-235B-A22B-Instruct-2507
Qwen/Qwen3-30B-A3B
Qwen/Qwen2-VL-7B-Instruct
google/gemma-2-9b-it
google/gemma-3-270m
google/flan-t5-small
bigscience/bloom-7b1
bigscience/bloom-560m
bigscience/bloomz-1b7
microsoft/phi-2
microsoft/Phi-3-mini-4k-instruct
microsoft/Phi-3-medium-128k-instruct
microsoft/Phi-3.5-MoE-instruct
microsoft/Phi-3-vision-128k-instruct
NousResearch/Hermes-2-Pro-Llama-3-8B
NousResearch/Yarn-Llama-2-7b-128k
NousResearch/Meta-Llama-3-8B
deepseek-ai/DeepSeek-V2-Lite
deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B
deepseek-ai/deepseek-coder-6.7b-instruct
stabilityai/stablelm-2-1_6b
stabilityai/stablelm-3b-4e1t
HuggingFaceTB/SmolLM2-135M-Instruct
EleutherAI/pythia-70m-deduped
EleutherAI/gpt-neox-20b
EleutherAI/gpt-j-6b
openai-community/gpt2-xl
openai-community/gpt2-medium
openai-community/gpt2
tiiuae/falcon-7b-instruct
tiiuae/Falcon3-10B-Base-1.58bit
tiiuae/falcon-mamba-7b
01-ai/Yi-1.5-34B-Chat-16K
THUDM/chatglm3-6b-128k
THUDM/glm-4-9b-chat-1m
ibm-granite/granite-3.0-1b-a400m-instruct
allenai/OLMo-1B-0724-hf
allenai/OLMo-2-1124-7B
openchat/openchat-3.5-0106
teknium/OpenHermes-2.5-Mistral-7B
HuggingFaceH4/zephyr-7b-beta
CohereForAI/c4ai-command-r-v01
CohereForAI/aya-23-8B
internlm/internlm2_5-7b-chat-1m
baichuan-inc/Baichuan2-13B-Chat
01-ai/Yi-6B-200K
gradientai/Llama-3-8B-Instruct-Gradient-1048k
Nexusflow/Starling-LM-7B-beta
upstage/SOLAR-10.7B-Instruct-v1.0
togethercomputer/RedPajama-INCITE-7B-Base
TheBloke/Mistral-7B-Instruct-v0.2-GGUF
TheBloke/Llama-2-7B-q4_k_m
unsloth/llama-3-8b-bnb-4bit
someone/model-7B-fp16
someone/model-7B-bf16-v2
someone/Model-iq2_xs-v1.1
kalomaze/Qwen3-16B-A3B
cognitivecomputations/dolphin-2.9.4-llama3.1-8b
jondurbin/bagel-dpo-20b-v04-llama
mosaicml/mpt-7b-8k-chat
state-spaces/mamba-2.8b-slimpj
RWKV/rwkv-6-world-1b6
facebook/opt-1.3b
facebook/opt-iml-max-30b
xai-org/grok-1
databricks/dbrx-instruct
Salesforce/codegen25-7b-multi
bigcode/starcoder2-15b-instruct-v0.1
LLM360/K2-Think
nvidia/Llama-3.1-Nemotron-70B-Instruct-HF
nvidia/Minitron-4B-Base
moonshotai/Kimi-K2-Instruct
tencent/Hunyuan-A13B-Instruct
baidu/ERNIE-4.5-21B-A3B-PT
openai/gpt-oss-20b
LiquidAI/LFM2-1.2B
someone/adapter-7B-lora
someone/Adapter-LoRA-v2
iter1-model-iter2
v1.0
7B
7b-chat
model-7B-7b-7B
model-XL-mini-large
model-xxl-3B-small
model--7B--
-model-
-
.

/
./model-1B
../model-1B
/data/out/model-1B
a/b/c-7B
/x
My very own model 7B
 leading-space
checkpoint-1000
merged_model-final_v2
2024-05-01-run
été-2B-ça
модель-7B-чат
模型-7B
mOdEl-1.5b-CHAT
a-1t
a-1T1
a-2.7B2
a-0.5b
a-3.x
a-A7B
a-8x7b
a-8x7b1
a-8X1_5B
a-v1..2
a-iter-5
a-V2.1-ITER3
a-4k-8K-16k
a-medium-v2
chat-vision-lora
Chat
Instruct-7B
x-y-z
1B-2B-3B
v2-7B
3-7B-v2
_foo-1B
foo-_bar-1B
foo.bar-1B
o'neil's-1B
q4_0-model-7B
bf16
""".split("\n")[1:-1]

TOTALS = [0, 1_000_000, 1_100_048_384, 7_241_732_096, 7_000_000_001, 46_702_792_704, 128_000, -8_000_000,
          -7_241_732_096, 8_000_000_000, 64_000_000_000, 1_000_000_000_000]

TITLES = ["tiny-llama-v1.1", "qwen2.5vl", "GPT-neo_x", "it's-a-model", "v1.2.3", "v1.", "v", "vx", "1abc-abc1", "  a  b\tc ",
          "a\u00a0b", "a\u2003b", "a\u001cb", "été-noir", "модель", "模型-x", "--", "iPhone", "ALLCAPS-low", "a.b.c", "3d-v2beta",
          "x\u00aa", "ǆ-ǅ", "version-v10", "𝒶bc"]

SIZES = [0, 1, 5, 49, 50, 94, 95, 250, 499, 500, 501, 949, 950, 999, 1000, 1050, 1500, 2500, 9499, 9500, 9501, 9949, 9950, 10000, 10500,
         11500, 99500, 999499, 999999, 1_000_000, 1_000_001, 1_049_999, 1_050_000, 1_250_000, 2_650_000, 9_450_000, 9_500_000,
         9_550_000, 10_500_000, 124_439_808, 999_999_999, 1_000_000_000, 1_000_000_001, 1_100_048_384, 1_150_000_000,
         1_250_000_000, 1_350_000_000, 6_738_415_616, 7_241_732_096, 8_030_261_248, 9_499_999_999, 9_500_000_000, 10_500_000_000,
         70_553_706_496, 671_026_419_200, 999_999_999_999, 1_000_000_000_000, 1_000_000_000_001, 1_041_000_000_000,
         9_500_000_000_000, 123_456_789_012_345]

EXPERTS = [(46_702_792_704, 1_605_636_096, 5_637_144_576, 8), (100, 50, 50, 2), (0, 0, 0, 4), (14_315_784_192, 2_000_000_000, 205_000_000, 60)]

TENSORS = {
    "dense": [["token_embd.weight", [100, 64]], ["blk.0.attn_q.weight", [64, 64]], ["output_norm.weight", [64]]],
    "experts": [["token_embd.weight", [100, 64]], ["blk.0.ffn_up_exps.weight", [8, 32, 64]],
                ["blk.0.ffn_up_exps.bias", [8, 32]], ["blk.0.ffn_gate_inp.weight", [8, 64]],
                ["blk.1.ffn_up_exps.weight", [4, 32, 64]], ["blk.1.ffn_down_exps.weight", [9, 64, 32]]],
    "bias of rank 3": [["blk.0.ffn_up_exps.bias", [2, 8, 32]]],
    "adapter": [["blk.0.attn_q.weight.lora_a", [4, 64]], ["blk.0.attn_q.weight.lora_b", [128, 4]],
                ["blk.1.attn_q.weight.lora_a", [4, 64]], ["blk.1.attn_q.weight.lora_b", [128, 4]]],
    "expert adapter": [["blk.0.ffn_up_exps.weight.lora_a", [8, 4, 64]], ["blk.0.ffn_up_exps.weight.lora_b", [8, 32, 4]]],
    "shuffled adapter": [["a.lora_a", [4, 64]], ["b.lora_a", [4, 64]], ["a.lora_b", [128, 4]], ["b.lora_b", [128, 4]]],
    "half an adapter": [["a.lora_b", [128, 4]]],
    "none": [],
}


def card(text, folder="tiny-1.1B", config=None, generation=None, name=None, total=1_100_048_384):
    return {"readme": text, "folder": folder, "config": config, "generation": generation, "name": name, "total": total}


def front(*lines):
    return "---\n" + "\n".join(lines) + "\n---\n# Title\n"


CARDS = {
    "no card": card(None, "Mistral-7B-Instruct-v0.3"),
    "full card": card(front(
        "name: My Model", "author: Jane", "version: v9", "organization: ACME", "description: >-", "  long", "  text",
        "finetune: chatty", "basename: mine", "size_label: 3B", "url: https://a.example", "doi: 10.1/2", "uuid: 1-2-3",
        "repo_url: https://r.example", "license: other", "license_name: mine", "license_link: LICENSE",
        "tags:", "- a", "- b", "pipeline_tag: text-generation", "language:", "- en", "- no", "- de", "library_name: transformers",
        "base_model: mistralai/Mistral-7B-v0.1", "datasets:", "- org/data-set-v2", "- plain")),
    "model_ prefixed keys": card(front(
        "model_name: A", "model_author: B", "model_version: C", "model_organization: D", "model_description: E",
        "model_finetune: F", "model_basename: G", "model_size_label: H", "model_url: I", "model_doi: J", "model_uuid: K",
        "model_repo_url: L")),
    "quantizer's card": card(front(
        "base_model: mistralai/Mistral-7B-Instruct-v0.2", "inference: false", "license: apache-2.0",
        "model_creator: Mistral AI_", "model_name: Mistral 7B Instruct v0.2", "model_type: mistral", "pipeline_tag: text-generation",
        "prompt_template: |", "  <s>[INST] {prompt} [/INST]", "", "quantized_by: TheBloke", "tags:", "- finetuned")),
    "first key wins": card(front("model_name: B", "name: A", "model_creator: Y", "model_author: X")),
    "null lets the next key speak": card(front("name:", "model_name: B", "author: ~", "model_author: null", "model_creator: C")),
    "merge": card(front("base_model:", "- NousResearch/Hermes-2-Pro-Mistral-7B", "- https://huggingface.co/teknium/OpenHermes-2.5-Mistral-7B",
                        "- https://huggingface.co/a/b/c", "- https://example.com/model-7B", "- http://huggingface.co/x/y-7b-chat",
                        "- ssh://git@host/x", "- plain-model-7B-v2", "- /data/out/foo", "- ''", "- My Model v2")),
    "base model mappings": card(front("base_models:", "- name: N", "  author: A", "  version: V", "  organization: O",
                                      "  description: D", "  url: U", "  doi: I", "  uuid: W", "  repo_url: R", "  other: X",
                                      "- {}", "- {name: , repo_url: r}")),
    "entries of other types": card(front("base_model: [null, 5, true, a/b]", "datasets: [~, 1.5, c/d-v1]")),
    "null base model": card(front("base_model:", "base_models: a/b", "dataset: null")),
    "base model is a number": card(front("base_model: 5", "datasets: {a: b}")),
    "base model sources": card(front("base_model_sources: x/y-3B", "dataset_sources: [p/q]")),
    "datasets by address": card(front("datasets:", "- https://huggingface.co/allenai/c4", "- https://huggingface.co/datasets/allenai/c4",
                                      "- name: N", "  author: A", "  version: V", "  organization: O", "  description: D", "  url: U",
                                      "  doi: I", "  uuid: W", "  repo_url: R", "- HuggingFaceH4/ultrachat_200k")),
    "licence list": card(front("license: [mit, apache-2.0]")),
    "empty licence list": card(front("license: []")),
    "tags in one word": card(front("tags: one", "languages: [en, fr]", "language: de")),
    "tags are numbers": card(front("tags: [1, 2, -3]", "languages: [1.5, 2.25]")),
    "tags are truth values": card(front("tags: [true, no]", "languages: yes")),
    "empty tags": card(front("tags: []", "language:", "pipeline_tag: ''")),
    "tag is empty text": card(front("tags: ['', a]")),
    "tags are a mapping": card(front("tags: {a: b}", "language: 5")),
    "norwegian": card(front("language:", "- no", "- nb", "  ", "tags:", "- no")),
    "norwegian last line": card("---\nlanguage:\n- no\n---"),
    "tabs": card(front("tags:", "-\ta", "-\tb", "datasets:", "\t- x/y")),
    "windows line ends": card("---\r\nname: W\r\nlicense: mit\r\n---\r\ntext\r\n"),
    "old mac line ends": card("---\rname: W\rlicense: mit\r---\rtext\r"),
    "never closed": card("---\nname: W\nlicense: mit\n"),
    "not at the start": card("\n---\nname: W\n---\n"),
    "space after the dashes": card("--- \nname: W\n---\n"),
    "byte order mark": card("\ufeff---\nname: W\n---\n"),
    "empty file": card(""),
    "only dashes": card("---"),
    "empty front matter": card("---\n---\ntext"),
    "a list": card("---\n- a\n- b\n---\n"),
    "a word": card("---\nword\n---\n"),
    "comments": card(front("# nothing", "name: A # not this", "license: mit#that")),
    "empty name": card(front("name: ''")),
    "nothing as values": card(front("name: false", "author: 0", "version: []", "organization: {}", "description: 0.0")),
    "numbers in words": card(front("version: 1e5", "name: 1.2.3", "author: 0o17", "basename: 12e03", "finetune: 1:2:3a")),
    "numbers of underscores": card(front("tags: [0_, 1_0, 0_7]", "name: 0_")),
    "quoted numbers": card(front("version: '1.0'", 'name: "7"', "author: !!str 5")),
    "escapes": card(front('name: "a\\u00e9\\n\\x41"', "description: |", "  a", "   b", "", "  c", "author: 'it''s'")),
    "aliases": card(front("name: &n N", "author: *n", "tags: &t [a, b]", "languages: *t")),
    "merge key": card(front("x: &x {name: N, author: A}", "<<: *x", "author: B")),
    "duplicate keys": card(front("name: A", "name: B", "tags: [a]", "tags: [b]")),
    "unicode": card(front("name: 模型 ✨ 😀", "author: Ünï", "tags: [日本語]")),
    "keys of other types": card(front("1: x", "true: y", "name: A")),
    "document end": card("---\nname: A\n...\n---\n"),
    "results table": card(front("model-index:", "- name: x", "  results:", "  - task:", "      type: t", "    metrics:", "    - type: a",
                                "      value: 1.5", "license: mit")),
    "name argument": card(front("name: A"), name="Given"),
    "empty name argument": card(front("name: A"), name=""),
    "name or path": card(None, "checkpoint", {"_name_or_path": "meta-llama/Llama-2-7b-hf"}, total=6_738_415_616),
    "name or path against folder": card(front("license: mit"), "Foo-13B-chat", {"_name_or_path": "org/foo"}, total=0),
    "long path": card(None, "Foo-13B-chat", {"_name_or_path": "/home/x/foo-1B"}, total=0),
    "empty name or path": card(None, "Foo-13B-chat", {"_name_or_path": ""}, total=0),
    "null name or path": card(None, "Foo-13B-chat", {"_name_or_path": None}, total=0),
    "relative path": card(None, "Foo-13B-chat", {"_name_or_path": "./out-2B-v1"}, total=0),
    "folder in words": card(None, "My Model 7B"),
    "plain folder": card(None, "llama"),
    "no parameters known": card(None, "llama", total=0),
    "adapter": card(front("base_model: a/b-7B"), "foo-7B-lora", total=-7_000_000),
    "context length": card(None, "Foo-7B-128k-instruct", total=7_241_732_096),
    "sampling": card(None, "m-7B", generation={
        "sequence": "k;p", "top_k": 40, "top_p": 0.95, "min_p": 0.05, "xtc_probability": 0.1, "xtc_threshold": 0.2, "temperature": 0.7,
        "penalty_last_n": 64, "penalty_repeat": 1.1, "repetition_penalty": 1.3, "mirostat": 2, "mirostat_tau": 5.0, "mirostat_eta": 0.1}),
    "usual generation config": card(None, "m-7B", generation={
        "bos_token_id": 1, "eos_token_id": [2, 3], "do_sample": True, "temperature": 0.6, "top_p": 0.9, "repetition_penalty": 1.05,
        "transformers_version": "4.40.0"}),
    "sampling of whole numbers": card(None, "m-7B", generation={"temperature": 1, "top_p": 0, "top_k": 0, "min_p": True, "mirostat": False,
                                                              "mirostat_tau": -1, "penalty_last_n": -1}),
    "null sampling": card(None, "m-7B", generation={"temperature": None, "penalty_repeat": None, "repetition_penalty": 1.3, "sequence": None}),
    "empty sampling": card(None, "m-7B", generation={}),
    "infinite sampling": card(None, "m-7B", generation={"temperature": float("inf"), "sequence": ""}),
}


def plain(value):
    return {"type": int(value.type), "value": value.value}


def array_type(values):
    return int(gguf.GGUFValueType.get_type(values[0]))


def recorded(case):
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / case["folder"]
        folder.mkdir()
        if case["readme"] is not None:
            (folder / "README.md").write_bytes(case["readme"].encode())
        for key, file in (("config", "config.json"), ("generation", "generation_config.json")):
            if case[key] is not None:
                (folder / file).write_text(json.dumps(case[key]))
        writer = gguf.GGUFWriter(None, "llama")
        before = set(writer.kv_data[0])
        metadata = gguf.Metadata.load(None, folder, case["name"], case["total"])
        if metadata.size_label is None and case["total"] > 0:
            metadata.size_label = gguf.size_label(case["total"], case["total"], 0, 0)
        metadata.set_gguf_meta_model(writer)
        values = []
        for key, value in writer.kv_data[0].items():
            if key not in before:
                writer._pack_val(value.value, value.type, True, value.sub_type)
                entry = {"key": key, "type": int(value.type), "value": value.value}
                if value.type == gguf.GGUFValueType.ARRAY:
                    entry["elements"] = array_type(value.value)
                if value.type == gguf.GGUFValueType.FLOAT32:
                    entry["value"] = struct.unpack("<I", struct.pack("<f", value.value))[0]
                values.append(entry)
        parts = [metadata.name, metadata.basename, metadata.finetune, metadata.version, metadata.size_label]
        plain_name = all(p is None or (isinstance(p, str) and p.strip() and not set(p) & set("/:\n")) for p in parts)
        file = gguf.naming_convention(*parts, "q4_k_m", "LoRA" if case["total"] < 0 else None) if plain_name else None
    return {**case, "values": values, "file": file}


def counted(tensors):
    writer = gguf.GGUFWriter(None, "llama")
    for name, shape in tensors:
        writer.add_tensor_info(name, shape, np.dtype(np.float32), 4 * int(np.prod(shape)))
    return {"tensors": tensors, "counts": writer.get_total_parameter_count()}


def main(folder):
    out = {
        "names": [[n, t, *gguf.Metadata.get_model_id_components(n, t)] for n in NAMES for t in TOTALS],
        "titles": [[t, gguf.Metadata.id_to_title(t)] for t in TITLES],
        "sizes": [[n, gguf.size_label(n, 0, 0, 0)] for n in SIZES],
        "experts": [[*e, gguf.size_label(*e)] for e in EXPERTS],
        "counts": {name: counted(tensors) for name, tensors in TENSORS.items()},
    }
    lines = [json.dumps(k) + ": [\n" + ",\n".join(json.dumps(v, ensure_ascii=False) for v in vs) + "\n]" for k, vs in out.items()
             if isinstance(vs, list)]
    lines.append('"counts": ' + json.dumps(out["counts"]))
    (folder / "names.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    cards = [json.dumps({"case": name, **recorded(case)}, ensure_ascii=False) for name, case in CARDS.items()]
    (folder / "cards.json").write_text("[\n" + ",\n".join(cards) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
