#!/usr/bin/env bash
# Makes novella-Q4_K_M.header: what llama-quantize (llama.cpp 0.7.0) writes before the weights.
# Usage: make_quantized_header.sh ../../../../examples/novella ../resources/golden
# convert_hf_to_gguf.py and llama-quantize must be on the PATH.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
convert_hf_to_gguf.py "$1" --outfile "$work/model.gguf" --outtype bf16
llama-quantize "$work/model.gguf" "$work/quantized.gguf" Q4_K_M
stat -c 'size of the whole file: %s' "$work/quantized.gguf"
head -c 30464 "$work/quantized.gguf" > "$2/novella-Q4_K_M.header"
