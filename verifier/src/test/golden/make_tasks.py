#!/usr/bin/env python3
"""Makes the tasks of TaskRunTest and writes down how llama-perplexity scores base.gguf in them.

Usage: make_tasks.py FOLDER
FOLDER has the base.gguf and text.txt of make_golden.py. Needs llama-quantize and llama-perplexity of llama.cpp on the PATH.
Made with llama.cpp 0.7.0. Its winogrande drops a last line without a line feed, and where too little follows a gap it begins the
second choice with the wrong logits: the tasks here avoid both.
"""
import random
import re
import struct
import subprocess
import sys
from pathlib import Path

TASKS = 30


def main():
    folder = Path(sys.argv[1])
    words = re.sub(r"[^A-Za-z ]+", " ", (folder / "text.txt").read_text()).split()
    dice = random.Random(5)

    def some(least, most):
        at = dice.randrange(len(words) - most)
        return " ".join(words[at:at + dice.randint(least, most)])

    hellaswag, winogrande, binary, places = "", "", [], []
    for i in range(TASKS):
        hellaswag += f"{some(3, 6)}\n{dice.randrange(4)}\n" + "".join(some(2, 5) + "\n" for _ in range(4))
        quote = '"' if i % 3 == 0 else ""
        comma = ", " if quote else " "
        winogrande += f"{i},{quote}{some(3, 5)}{comma}_ {some(4, 6)}.{quote},{some(1, 1)}1,{some(1, 1)}22,{dice.randint(1, 2)}\n"
        answers = [some(1, 4) for _ in range(dice.randint(2, 4))]
        right = dice.randrange(len(answers))
        answer_set = struct.pack("<I", len(answers)) + b"".join(struct.pack("<I", len(a)) + a.encode() for a in answers)
        answer_set += struct.pack(f"<{len(answers)}i", *(int(j == right) for j in range(len(answers))))
        question = some(3, 6)
        binary.append(struct.pack("<I", len(question)) + question.encode() + 2 * answer_set)
    at = 4 + 4 * TASKS
    for task in binary:
        places.append(at)
        at += len(task)
    (folder / "hellaswag.txt").write_text(hellaswag)
    # llama-perplexity takes one line feed from the end of a file
    (folder / "winogrande.csv").write_text(winogrande + "\n")
    (folder / "choices.bin").write_bytes(struct.pack("<I", TASKS) + struct.pack(f"<{TASKS}I", *places) + b"".join(binary))

    model = folder / "base-f32.gguf"
    subprocess.run(["llama-quantize", "--allow-requantize", str(folder / "base.gguf"), str(model), "F32"], capture_output=True, check=True)

    def said(kind, file, flag):
        command = ["llama-perplexity", "-m", model, flag, "-t", "1", "-c", "1024", "-fa", "off", "-ctk", "f32", "-ctv", "f32", "-f", folder / file]
        command += [f"{flag}-tasks", str(TASKS)] if kind == "hellaswag" else ["-bf", folder / file] if kind == "choices" else []
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, errors="replace").stdout

    figures = {}
    while f"hellaswag" not in figures:
        last = re.findall(rf"^{TASKS}\t([\d.]+)%", said("hellaswag", "hellaswag.txt", "--hellaswag"), re.MULTILINE)
        if last:
            figures["hellaswag"] = round(float(last[-1]) * TASKS / 100)
    rows = []
    while len(rows) != TASKS:
        rows = re.findall(r"^\d+\t[\d.]+\t\s*\S+\s+\S+\s+(\d)\s+(\d)$", said("winogrande", "winogrande.csv", "--winogrande"), re.MULTILINE)
    figures["winogrande"] = ",".join(str(int(choice) - 1) for choice, _ in rows)
    rows = []
    while len(rows) != TASKS:
        rows = re.findall(r"^(\d+)\t([\d.]+)$", said("choices", "choices.bin", "--multiple-choice"), re.MULTILINE)
    totals = [0] + [round(int(n) * float(share) / 100) for n, share in rows]
    figures["choices"] = ",".join(str(b - a) for a, b in zip(totals, totals[1:]))
    model.unlink()
    (folder / "tasks.properties").write_text("".join(f"{key}={value}\n" for key, value in figures.items()))


main()
