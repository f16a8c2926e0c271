"""Writes checkpoints quantized by each method, and what they decode to.

    python3 make_quantized_goldens.py FOLDER

NAME.safetensors holds what the method's library stores, NAME.json its config.json, NAME.decoded.safetensors the weights.
The decoding is that of the libraries' own functions, called where transformers has them, else written down here in torch:
AutoAWQ's dequantize_gemm, AutoGPTQ's QuantLinear, compressed-tensors' dequantize, bitsandbytes' dequantize_4bit and
int8_vectorwise_dequant, DeepSeek's weight_dequant. Run with torch 2.14, transformers 5.12, safetensors 0.8.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers.integrations.finegrained_fp8 import Fp8Dequantize
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

FP4 = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0])


def write(folder, name, config, stored, decoded):
    config = {"architectures": ["LlamaForCausalLM"], **config}
    norm = torch.linspace(0.5, 1.5, 32).bfloat16()
    for tensors in (stored, decoded):
        tensors["model.norm.weight"] = norm.clone()
    (folder / f"{name}.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file({k: v.contiguous().clone() for k, v in stored.items()}, folder / f"{name}.safetensors")
    save_file({k: v.contiguous().clone() for k, v in decoded.items()}, folder / f"{name}.decoded.safetensors")


def fp8(rows, columns, kind=torch.float8_e4m3fn):
    return (torch.randn(rows, columns) * 40).to(kind)


def scales(*shape, dtype=torch.float32):
    return (torch.rand(*shape) * 0.02 + 0.001).to(dtype)


def quantization(method, **settings):
    return {"quantization_config": {"quant_method": method, **settings}}


def fine_grained(folder):
    library = Fp8Dequantize(None)
    even, even_scale = fp8(64, 96), scales(2, 3)
    uneven, uneven_scale = fp8(40, 72), scales(2, 3)
    grown = uneven_scale.repeat_interleave(32, 0)[:40].repeat_interleave(32, 1)[:, :72]
    one, one_scale = fp8(8, 24, torch.float8_e5m2), scales(1, dtype=torch.bfloat16).reshape(())
    experts, experts_scale = (torch.randn(2, 64, 32) * 40).to(torch.float8_e4m3fn), scales(2, 2, 1)
    write(
        folder,
        "fp8",
        quantization("fp8", activation_scheme="static", weight_block_size=[32, 32]),
        {
            "a.weight": even, "a.weight_scale_inv": even_scale,
            "b.weight": uneven, "b.weight_scale_inv": uneven_scale,
            "c.weight": one, "c.weight_scale_inv": one_scale, "c.activation_scale": torch.tensor(0.25),
            "experts.gate_up_proj": experts, "experts.gate_up_proj_scale_inv": experts_scale,
        },
        {
            "a.weight": library._dequantize_one(even, even_scale),
            "b.weight": uneven.float() * grown,
            "c.weight": library._dequantize_one(one, one_scale.reshape(1, 1)),
            "experts.gate_up_proj": library._dequantize_one(experts, experts_scale),
        },
    )
    weight, scale = fp8(16, 48), torch.tensor(0.0173, dtype=torch.bfloat16)
    write(
        folder,
        "mistral-fp8",
        {},
        {"a.weight": weight, "a.qscale_weight": scale, "a.qscale_act": torch.tensor(1.5, dtype=torch.bfloat16)},
        {"a.weight": library._dequantize_one(weight, scale.reshape(1, 1))},
    )


def pack_words(values, bits):
    """Unsigned numbers of the last axis into words of 32 bits, as many as fit."""
    fit = 32 // bits
    padded = torch.nn.functional.pad(values.long(), (0, -values.shape[1] % fit))
    words = (padded.reshape(values.shape[0], -1, fit) << (torch.arange(fit) * bits)).sum(2)
    return (words & 0xFFFFFFFF).to(torch.int64).where(words < 2**31, words - 2**32).to(torch.int32)


def dequantize(q, scale, zero=None, group=None, index=None):
    """compressed-tensors: in the type of the scale."""
    if group is not None:
        index = torch.arange(q.shape[1]) // group if index is None else index
        scale, zero = scale[:, index], None if zero is None else zero[:, index]
    value = q.to(scale.dtype)
    if zero is not None:
        value = value - zero.to(scale.dtype)
    return value * scale


def compressed(folder):
    stored, decoded = {}, {}

    def whole(name, q, scale, zero=None, **how):
        stored.update({f"{name}.weight": q, f"{name}.weight_scale": scale})
        if zero is not None:
            stored[f"{name}.weight_zero_point"] = zero
        decoded[f"{name}.weight"] = dequantize(q, scale, zero, **how)

    def signed(rows, columns, bits=8):
        return torch.randint(-(1 << bits - 1), 1 << bits - 1, (rows, columns), dtype=torch.int8)

    whole("channel", fp8(24, 40), scales(24, 1, dtype=torch.bfloat16))
    whole("tensor", fp8(24, 40), scales(1))
    whole("int8", signed(24, 40), scales(24, 1, dtype=torch.float16))
    whole("shifted", signed(24, 40), scales(24, 1, dtype=torch.bfloat16), signed(24, 1))
    whole("grouped", signed(24, 64), scales(24, 2), signed(24, 2), group=32)
    q, scale = fp8(40, 72), scales(2, 3)
    stored.update({"block.weight": q, "block.weight_scale": scale})
    decoded["block.weight"] = q.float() * scale.repeat_interleave(32, 0)[:40].repeat_interleave(32, 1)[:, :72]
    stored["tensor.input_scale"] = torch.tensor([0.5])
    groups = {
        "group_0": {"targets": ["Linear"], "weights": {"num_bits": 8, "type": "float", "strategy": "block", "block_structure": [32, 32]}},
        "group_1": {"targets": ["re:.*grouped"], "weights": {"num_bits": 8, "type": "int", "strategy": "group", "group_size": 32, "symmetric": False}},
    }
    write(folder, "compressed-bytes", quantization("compressed-tensors", format="mixed-precision", config_groups=groups), stored, decoded)

    stored, decoded = {}, {}
    for name, bits, zeros, ordered, dtype in (
        ("four", 4, False, True, torch.bfloat16),
        ("shifted", 4, True, True, torch.bfloat16),
        ("ordered", 4, True, False, torch.float16),
        ("eight", 8, False, True, torch.float32),
    ):
        rows, columns, group = 21, 64, 16
        q, scale = signed(rows, columns, bits), scales(rows, columns // group, dtype=dtype)
        index = None if ordered else (torch.arange(columns) // group)[torch.randperm(columns)]
        zero = signed(rows, columns // group, bits) if zeros else None
        half = 1 << bits - 1
        stored[f"{name}.weight_packed"] = pack_words(q.long() + half, bits)
        stored[f"{name}.weight_shape"] = torch.tensor([rows, columns])
        stored[f"{name}.weight_scale"] = scale
        if zeros:
            stored[f"{name}.weight_zero_point"] = pack_words((zero.long() + half).T, bits).T
        if index is not None:
            stored[f"{name}.weight_g_idx"] = index.int()
        decoded[f"{name}.weight"] = dequantize(q, scale, zero, group, index)
    groups = {
        "group_0": {"targets": ["Linear"], "weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 16, "symmetric": False}},
        "group_1": {"targets": ["re:.*eight"], "weights": {"num_bits": 8, "type": "int", "strategy": "group", "group_size": 16}},
    }
    write(folder, "compressed-packed", quantization("compressed-tensors", format="pack-quantized", config_groups=groups), stored, decoded)


def fp4_bytes(rows, columns):
    codes = torch.randint(0, 16, (rows, columns), dtype=torch.uint8)
    return codes, codes[:, 0::2] | codes[:, 1::2] << 4


def nvfp4(folder):
    for name in ("modelopt", "compressed-nvfp4"):
        codes, packed = fp4_bytes(24, 128)
        scale = (torch.rand(24, 8) * 400 + 1).to(torch.float8_e4m3fn)
        value = FP4.bfloat16()[codes.long()]
        wide = scale.bfloat16()
        if name == "modelopt":
            second = torch.tensor(0.000731)
            stored = {"a.weight": packed, "a.weight_scale": scale, "a.weight_scale_2": second, "a.input_scale": torch.tensor(0.1)}
            each = wide.float() * second
            q, one = fp8(16, 32), torch.tensor(0.0117)
            stored.update({"b.weight": q, "b.weight_scale": one, "b.k_scale": torch.tensor(1.0)})
            extra = {"b.weight": q.float() * one}
            config = quantization("modelopt", quant_algo="MIXED_PRECISION")
        else:
            second = torch.tensor([1373.0])
            stored = {"a.weight_packed": packed, "a.weight_scale": scale, "a.weight_global_scale": second, "a.input_global_scale": torch.tensor([3.0])}
            each = wide / second
            codes2, packed2 = fp4_bytes(8, 96)
            powers = torch.randint(110, 130, (8, 3), dtype=torch.uint8)
            stored.update({"b.weight_packed": packed2, "b.weight_scale": powers})
            extra = {"b.weight": (FP4[codes2.long()] * torch.exp2(powers.float() - 127).repeat_interleave(32, 1)).bfloat16()}
            groups = {"group_0": {"format": "nvfp4-pack-quantized", "weights": {"num_bits": 4, "type": "float", "group_size": 16}}}
            config = quantization("compressed-tensors", format="mixed-precision", config_groups=groups)
        assert each.dtype == torch.float32
        write(folder, name, config, stored, {"a.weight": (value * each.repeat_interleave(16, 1)).bfloat16(), **extra})


def mxfp4(folder):
    blocks = torch.randint(0, 256, (2, 12, 3, 16), dtype=torch.uint8)
    exponents = torch.randint(0, 255, (2, 12, 3), dtype=torch.uint8)
    exponents[0, 0] = torch.tensor([0, 1, 252], dtype=torch.uint8)
    exponents = exponents.clamp(max=252)
    library = convert_moe_packed_tensors(blocks, exponents).transpose(1, 2)
    flat = torch.stack([blocks & 15, blocks >> 4], -1).reshape(2, 12, 3, 32)
    ggml = torch.cat([exponents[..., None], flat[..., :16] | flat[..., 16:] << 4], -1)
    write(
        folder,
        "mxfp4",
        quantization("mxfp4", modules_to_not_convert=["lm_head"]),
        {"experts.down_proj_blocks": blocks, "experts.down_proj_scales": exponents, "experts.down_proj_bias": torch.ones(2, 12).bfloat16()},
        {"experts.down_proj_blocks": library, "experts.down_proj_bias": torch.ones(2, 12).bfloat16(), "ggml": ggml},
    )


def stream(values, bits):
    """Numbers of axis 0 as a stream of bits, lowest first, cut into words of 32."""
    rows, columns = values.shape
    out = torch.zeros(rows * bits // 32, columns, dtype=torch.int64)
    for row in range(rows):
        for bit in range(bits):
            at = row * bits + bit
            out[at // 32] |= (values[row].long() >> bit & 1) << at % 32
    return out.where(out < 2**31, out - 2**32).to(torch.int32)


def gptq(folder):
    for version in ("gptq", "gptq_v2"):
        stored, decoded = {}, {}
        for bits in (2, 3, 4, 8):
            inputs, outputs, group = 96, 64, 32
            q = torch.randint(0, 1 << bits, (inputs, outputs))
            zero = torch.randint(0, 1 << bits, (3, outputs))
            scale = scales(3, outputs, dtype=torch.float16 if bits != 8 else torch.bfloat16)
            index = torch.arange(inputs) // group
            if bits in (3, 4) and version == "gptq":
                index = index[torch.randperm(inputs)]
            kept = (zero - 1) % (1 << bits) if version == "gptq" else zero
            name = f"layers.{bits}"
            stored[f"{name}.qweight"] = stream(q, bits)
            stored[f"{name}.qzeros"] = stream(kept.T, bits).T
            stored[f"{name}.scales"] = scale
            if bits != 2:
                stored[f"{name}.g_idx"] = index.int()
            decoded[f"{name}.weight"] = (scale[index] * (q - zero[index]).to(torch.int16)).T
        settings = {"bits": 4, "group_size": 32, "desc_act": True, "sym": False, "checkpoint_format": version}
        write(folder, version.replace("_", "-"), quantization("gptq", **settings), stored, decoded)


def awq(folder):
    order = torch.tensor([0, 2, 4, 6, 1, 3, 5, 7])

    def packed(values):
        return pack_words(values.reshape(values.shape[0], -1, 8)[:, :, order].reshape(values.shape), 4)

    q, zero, scale = torch.randint(0, 16, (64, 40)), torch.randint(0, 16, (2, 40)), scales(2, 40, dtype=torch.float16)
    value = (q - zero.repeat_interleave(32, 0)).to(torch.int8) * scale.repeat_interleave(32, 0)
    write(
        folder,
        "awq",
        quantization("awq", bits=4, group_size=32, version="gemm", zero_point=True),
        {"a.qweight": packed(q), "a.qzeros": packed(zero), "a.scales": scale, "a.bias": torch.ones(40).half()},
        {"a.weight": value.T, "a.bias": torch.ones(40).half()},
    )


NF4 = [-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
       0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0]
BNB_FP4 = [0.0, 0.0052083334885537624, 0.6666666865348816, 1.0, 0.3333333432674408, 0.5, 0.1666666716337204, 0.25,
           -0.0, -0.0052083334885537624, -0.6666666865348816, -1.0, -0.3333333432674408, -0.5, -0.1666666716337204, -0.25]


def bitsandbytes(folder):
    q, largest = torch.randint(-127, 128, (24, 40), dtype=torch.int8), torch.rand(24) + 0.1
    write(
        folder,
        "bitsandbytes-8",
        quantization("bitsandbytes", load_in_8bit=True),
        {"a.weight": q, "a.SCB": largest, "a.weight_format": torch.tensor(0, dtype=torch.uint8)},
        {"a.weight": q * largest.view(-1, 1) * 7.874015718698502e-3},
    )
    stored, decoded = {}, {}
    for name, kind, code, nested, dtype in (
        ("a", "nf4", NF4, True, "bfloat16"), ("b", "nf4", NF4, False, "float16"), ("c", "fp4", BNB_FP4, False, "float32"),
    ):
        rows, columns, size = 30, 56, 64
        codes = torch.randint(0, 16, (rows * columns,), dtype=torch.uint8)
        blocks = -(-rows * columns // size)
        state = {"quant_type": kind, "blocksize": size, "dtype": dtype, "shape": [rows, columns]}
        key = f"{name}.weight"
        stored[key] = (codes[0::2] << 4 | codes[1::2]).reshape(-1, 1)
        stored[f"{key}.quant_map"] = torch.tensor(code)
        if nested:
            inner, outer, size2, offset = torch.randint(0, 256, (blocks,), dtype=torch.uint8), torch.rand(-(-blocks // 16)), 16, 0.0437
            values = torch.linspace(-1, 1, 256) ** 3
            state.update({"nested_blocksize": size2, "nested_dtype": "float32", "nested_offset": offset})
            stored.update({f"{key}.absmax": inner, f"{key}.nested_absmax": outer, f"{key}.nested_quant_map": values})
            absmax = values[inner.long()] * outer.repeat_interleave(size2)[:blocks] + torch.tensor(offset)
        else:
            absmax = stored[f"{key}.absmax"] = torch.rand(blocks)
        stored[f"{key}.quant_state.bitsandbytes__{kind}"] = torch.tensor(list(json.dumps(state).encode()), dtype=torch.uint8)
        value = torch.tensor(code)[codes.long()] * absmax.repeat_interleave(size)[: rows * columns]
        decoded[key] = value.reshape(rows, columns).to(getattr(torch, dtype))
    write(folder, "bitsandbytes-4", quantization("bitsandbytes", load_in_4bit=True), stored, decoded)


def quanto(folder):
    q, scale = torch.randint(-127, 128, (24, 40), dtype=torch.int8), scales(24, 1, dtype=torch.bfloat16)
    write(
        folder,
        "quanto",
        quantization("quanto", weights="int8"),
        {"a.weight._data": q, "a.weight._scale": scale, "a.input_scale": torch.ones(1), "a.output_scale": torch.ones(1)},
        {"a.weight": q * scale},
    )


def hqq(folder):
    """HQQ's Quantizer.dequantize and BitPack."""
    stored, decoded = {}, {}
    for bits, axis, dtype in ((8, 1, torch.float16), (4, 1, torch.bfloat16), (4, 0, torch.float16), (3, 1, torch.float16), (2, 1, torch.float32), (1, 0, torch.bfloat16)):
        rows, columns, group = 24, 64, 32
        matrix = (rows * columns // group, group) if axis == 1 else (group, rows * columns // group)
        q = torch.randint(0, 1 << bits, matrix)
        one = (matrix[0], 1) if axis == 1 else (1, matrix[1])
        scale, zero = scales(*one, dtype=dtype), (torch.rand(*one) * ((1 << bits) - 1)).to(dtype)
        bands = 10 if bits == 3 else 8 // bits
        padded = torch.nn.functional.pad(q, (0, 0, 0, -matrix[0] % bands)).reshape(bands, -1, matrix[1])
        packed = sum(padded[i] << bits * (bands - 1 - i) for i in range(bands)).to(torch.int32 if bits == 3 else torch.uint8)
        name = f"layers.{bits}{axis}"
        stored.update({
            f"{name}.W_q": packed, f"{name}.scale": scale, f"{name}.zero": zero, f"{name}.shape": torch.tensor([rows, columns]),
            f"{name}.nbits": torch.tensor(bits, dtype=torch.int32), f"{name}.group_size": torch.tensor(group, dtype=torch.int32),
            f"{name}.axis": torch.tensor(axis, dtype=torch.int32), f"{name}.quant_scale": torch.tensor(0, dtype=torch.uint8),
            f"{name}.packing": torch.tensor([ord(c) for c in "packed"], dtype=torch.uint8), f"{name}.bias": torch.ones(rows, dtype=dtype),
        })
        decoded.update({f"{name}.weight": ((q.to(dtype) - zero) * scale).reshape(rows, columns), f"{name}.bias": torch.ones(rows, dtype=dtype)})
    write(folder, "hqq", quantization("hqq"), stored, decoded)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(5)
    for make in (fine_grained, compressed, nvfp4, mxfp4, gptq, awq, bitsandbytes, quanto, hqq):
        make(folder)


main()
