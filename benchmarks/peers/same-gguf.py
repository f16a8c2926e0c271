#!/usr/bin/env python3
"""Compares two GGUF files: same-gguf.py A B [--data-only]

Prints every difference in metadata (key, type, value, order), in the tensor table (name, type, shape, order) and in
tensor bytes, and ends with a line of counts. Exit code 0 when there is none, 1 otherwise. Needs gguf-py.
"""
import sys

from gguf import GGUFReader


def fields(reader):
    return [(k, [t.name for t in f.types], f.contents()) for k, f in reader.fields.items() if not k.startswith("GGUF.")]


def short(value):
    text = repr(value)
    return text if len(text) < 100 else text[:100] + f"... ({len(text)} characters)"


def main():
    a, b = GGUFReader(sys.argv[1]), GGUFReader(sys.argv[2])
    differences = 0
    if "--data-only" not in sys.argv:
        fa, fb = fields(a), fields(b)
        keys_a, keys_b = [x[0] for x in fa], [x[0] for x in fb]
        for key, types, value in fa:
            other = next((x for x in fb if x[0] == key), None)
            if other is None:
                print("only in A:", key, types, short(value))
                differences += 1
            elif (types, value) != other[1:]:
                print("differs:", key, types, short(value), "|", other[1], short(other[2]))
                differences += 1
        for key, types, value in fb:
            if key not in keys_a:
                print("only in B:", key, types, short(value))
                differences += 1
        common_a, common_b = [k for k in keys_a if k in keys_b], [k for k in keys_b if k in keys_a]
        if common_a != common_b:
            print("order of keys:", common_a, common_b)
            differences += 1
        if [t.name for t in a.tensors] != [t.name for t in b.tensors]:
            print("order or names of tensors differ")
            differences += 1
    others = {t.name: t for t in b.tensors}
    for t in a.tensors:
        o = others.get(t.name)
        if o is None:
            print("tensor only in A:", t.name)
            differences += 1
        elif (t.tensor_type, list(t.shape)) != (o.tensor_type, list(o.shape)):
            print("tensor differs:", t.name, t.tensor_type.name, list(t.shape), "|", o.tensor_type.name, list(o.shape))
            differences += 1
        elif t.data.tobytes() != o.data.tobytes():
            same = (t.data.reshape(-1).view("uint8") == o.data.reshape(-1).view("uint8")).mean()
            print("bytes differ:", t.name, t.tensor_type.name, f"{same:.6%} equal")
            differences += 1
    print(f"{len(a.tensors)} tensors, {differences} differences")
    return 1 if differences else 0


sys.exit(main())
