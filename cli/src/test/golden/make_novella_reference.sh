#!/usr/bin/env bash
# Prints what NovellaTest expects: perplexity and divergence of the sample's files as llama.cpp measures them
# with their weights decoded to F32. Needs ./quern built, and llama-quantize and llama-perplexity by LLAMA, a
# command that runs them (empty when they are in PATH).
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
llama=${LLAMA:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/quern" convert "$root/examples/novella" --to F32,Q8_0,Q4_K_M,Q3_K_M,Q2_K -o "$folder" >&2
cp "$root/examples/novella/eval.txt" "$folder"
cd "$folder"
walk=(-f eval.txt -c 256 --chunks 16 -t 2)
$llama llama-perplexity -m novella-F32.gguf "${walk[@]}" --kl-divergence-base base >base.log 2>&1
for type in Q8_0 Q4_K_M Q3_K_M Q2_K; do
  $llama llama-quantize --allow-requantize "novella-$type.gguf" decoded.gguf F32 >quantize.log 2>&1
  $llama llama-perplexity -m decoded.gguf "${walk[@]}" --kl-divergence-base base --kl-divergence >"$type.log" 2>&1
  echo "== $type"
  grep -E 'Mean PPL\(|Mean +KLD|Same top' "$type.log"
done
