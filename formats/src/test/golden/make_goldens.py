"""Makes the golden files of this module with gguf-py 0.19.0 and safetensors 0.8.0.

Usage: python3 make_goldens.py ../resources/golden
"""

import struct
import sys
from pathlib import Path

import gguf
import numpy as np
import safetensors
from gguf import GGMLQuantizationType as Q
from gguf import GGUFValueType as V

out = Path(sys.argv[1])


def counting(size: int) -> bytes:
    return bytes(i * 7 % 251 for i in range(size))


def values_gguf() -> None:
    """Every type of metadata, in an order that is not alphabetical; no tensors."""
    w = gguf.GGUFWriter(out / "values.gguf", "golden")
    w.add_uint8("z.uint8", 255)
    w.add_int8("z.int8", -128)
    w.add_uint16("y.uint16", 65535)
    w.add_int16("y.int16", -32768)
    w.add_uint32("x.uint32", 4294967295)
    w.add_int32("x.int32", -2147483648)
    w.add_uint64("w.uint64", 18446744073709551615)
    w.add_int64("w.int64", -9223372036854775808)
    w.add_float32("v.float32", 0.1)
    w.add_float64("v.float64", 0.1)
    w.add_bool("u.true", True)
    w.add_bool("u.false", False)
    w.add_string("t.string", "naïve 模型 🜁\n")
    w.add_array("s.strings", [f"token {i}" for i in range(100)])
    w.add_array("s.ints", [1, -2, 3])
    w.add_array("s.floats", [0.5, -1.25])
    w.add_array("s.bools", [True, False, True])
    w.add_array("s.bytes", b"\x00\x7f\xff")
    w.add_array("s.nested", [["a", "b"], ["c"]])
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def tensors_gguf(name: str, alignment: int | None) -> None:
    """Tensors of several types whose sizes are no multiples of the alignment."""
    w = gguf.GGUFWriter(out / name, "golden")
    if alignment is not None:
        w.add_custom_alignment(alignment)
    w.add_tensor("b.weight", np.arange(15, dtype=np.float32).reshape(3, 5))
    w.add_tensor("a.weight", np.arange(7, dtype=np.float16))
    w.add_tensor("q8", np.frombuffer(counting(2 * 34), np.uint8).reshape(2, 34), raw_dtype=Q.Q8_0)
    w.add_tensor("q4k", np.frombuffer(counting(3 * 2 * 144), np.uint8).reshape(3, 2 * 144), raw_dtype=Q.Q4_K)
    w.add_tensor("ints", np.arange(24, dtype=np.int32).reshape(2, 3, 4))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def serialize(tensors: dict[str, tuple[str, list[int], bytes]], note: dict[str, str] | None = None) -> bytes:
    held = {name: np.frombuffer(data, np.uint8) for name, (_, _, data) in tensors.items()}
    return safetensors.serialize(
        {
            name: safetensors.TensorSpec(
                dtype=dtype, shape=shape, data_ptr=held[name].ctypes.data, data_len=len(data)
            )
            for name, (dtype, shape, data) in tensors.items()
        },
        note,
    )


def types_safetensors() -> None:
    """A tensor of every type that the library writes, and one without elements."""
    bits = {
        "bool": 8, "uint8": 8, "int8": 8, "uint16": 16, "int16": 16, "uint32": 32, "int32": 32,
        "uint64": 64, "int64": 64, "float16": 16, "bfloat16": 16, "float32": 32, "float64": 64,
        "complex64": 64, "float8_e4m3fn": 8, "float8_e5m2": 8, "float8_e8m0fnu": 8,
        "float8_e4m3fnuz": 8, "float8_e5m2fnuz": 8, "float4_e2m1fn_x2": 4,
    }
    tensors = {
        name: (name, [3, 2, 2 if name == "float4_e2m1fn_x2" else 4], counting(3 * width))
        for name, width in bits.items()
    }
    tensors["empty"] = ("float32", [0, 4], b"")
    (out / "types.safetensors").write_bytes(serialize(tensors))


def metadata_safetensors() -> None:
    """Metadata and a name that need escapes."""
    name = 'quote " backslash \\ tab \t bell \x07 \b\f\r é'
    note = {"note": 'line one\nline "two" \x1f'}
    (out / "metadata.safetensors").write_bytes(serialize({name: ("int32", [2], counting(8))}, note))


def scalar_safetensors() -> None:
    """A tensor of rank 0."""
    (out / "scalar.safetensors").write_bytes(serialize({"scalar": ("float32", [], struct.pack("<f", 1.5))}))


def empty_safetensors() -> None:
    (out / "empty.safetensors").write_bytes(serialize({}))


def types_csv() -> None:
    """Id, name, block size and block bytes of every tensor type."""
    lines = [f"{t.value},{t.name},{size},{bytes}" for t, (size, bytes) in gguf.GGML_QUANT_SIZES.items()]
    (out / "ggml-types.csv").write_text("\n".join(lines) + "\n")


types_csv()
values_gguf()
tensors_gguf("tensors.gguf", None)
tensors_gguf("tensors-aligned-64.gguf", 64)
types_safetensors()
metadata_safetensors()
scalar_safetensors()
empty_safetensors()
