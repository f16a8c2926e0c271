#!/usr/bin/env python3
"""Makes the golden files of PyTorch's containers: make_pytorch_goldens.py FOLDER

Beside every NAME.pt there is a NAME.safetensors with what torch.load makes of it. Made with torch 2.14, safetensors 0.8.
"""
import argparse
import collections
import datetime
import io
import os
import pathlib
import pickle
import random
import struct
import sys
import tarfile
import types
import zipfile

import numpy
import torch
from safetensors.torch import save_file

FOLDER = sys.argv[1]
TYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)
NEW_TYPES = (torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz, torch.float8_e8m0fnu, torch.uint16, torch.uint32, torch.uint64)


def path(name):
    return os.path.join(FOLDER, name)


def flat(value, prefix=""):
    found = {}
    for key, item in value.items():
        if isinstance(item, torch.Tensor):
            found[prefix + key] = item.detach().contiguous().clone()
        elif isinstance(item, dict):
            found.update(flat(item, prefix + key + "."))
    return found


def expect(name, tensors=None):
    """Writes what torch itself makes of the file."""
    if tensors is None:
        tensors = flat(torch.load(path(name + ".pt"), weights_only=False))
    save_file(tensors, path(name + ".safetensors"))


def numbers(count, dtype=torch.float32):
    return torch.arange(1, count + 1).mul(7).remainder(61).to(dtype)


def views():
    base = numbers(60).reshape(5, 12)
    cube = numbers(120, torch.bfloat16).reshape(2, 3, 4, 5)
    shared = numbers(40, torch.float16)
    return collections.OrderedDict(
        whole=base,
        transposed=base.t(),
        rows=base[1:4],
        columns=base[:, 3:8],
        steps=base[::2, ::3],
        transposed_part=base[1:, 2:7].t(),
        fortran=torch.empty_strided((4, 3), (1, 4)).copy_(numbers(12).reshape(4, 3)),
        expanded=numbers(6).reshape(6, 1).expand(6, 4),
        expanded_rows=numbers(5).expand(3, 5),
        permuted=cube.permute(3, 1, 0, 2),
        channels_last=cube.contiguous(memory_format=torch.channels_last),
        middle=cube[:, 1],
        first=shared[:20].reshape(4, 5),
        second=shared[20:].reshape(5, 4).t(),
        scalar=torch.tensor(2.5),
        scalar_view=base[2, 3],
        empty=torch.empty(0, 4),
        one=torch.ones(1, 1, 1),
    )


def all_types():
    made = {str(t).split(".")[1]: (numbers(6, t) if t != torch.bool else numbers(6).remainder(2).to(t)).reshape(2, 3) for t in TYPES}
    made["float32_t"] = numbers(6).reshape(2, 3).t()
    made["bfloat16_t"] = numbers(6, torch.bfloat16).reshape(2, 3).t()
    made["int8_t"] = numbers(6, torch.int8).reshape(2, 3).t()
    made["int64_t"] = numbers(6, torch.int64).reshape(2, 3).t()
    return made


def new_types():
    made = {}
    for t in NEW_TYPES:
        value = torch.arange(1, 7, dtype=torch.uint8).mul(19).repeat_interleave(t.itemsize).view(t).reshape(2, 3)
        made[str(t).split(".")[1]] = value
        made[str(t).split(".")[1] + "_t"] = value.t()
    return made


def checkpoint():
    weights = collections.OrderedDict(("module.layer.%d.weight" % i, numbers(6).reshape(2, 3) + i) for i in range(3))
    weights["module.layer.0.running"] = torch.nn.Parameter(numbers(3))
    weights["module.layer.0.buffer"] = torch.nn.Buffer(numbers(2))
    with_attribute = torch.nn.Parameter(numbers(4))
    with_attribute.tag = "kept by torch"
    weights["module.layer.1.tagged"] = with_attribute
    weights._metadata = collections.OrderedDict(version=2)
    states = {0: {"step": torch.tensor(3.0), "exp_avg": numbers(6)}}
    return {
        "epoch": 3,
        "global_step": 2**40,
        "config": {"lr": 1e-3, "betas": (0.9, 0.999), "seed": 2**70, "name": "tést", "size": torch.Size([2, 3]), "device": torch.device("cpu"), "dtype": torch.float16, "bytes": b"\x00\xff", "set": {1, 2}, "frozen": frozenset([3]), "array": bytearray(b"ab"), "complex": 1 + 2j, "infinite": float("inf"), "no": None, "yes": True},
        "state_dict": weights,
        "optimizer_states": [{"state": states, "param_groups": [{"params": [0]}]}],
    }


def save_containers():
    torch.save(views(), path("views-zip.pt"))
    torch.save(views(), path("views-sequence.pt"), _use_new_zipfile_serialization=False)
    torch.save(all_types(), path("types-zip.pt"))
    torch.save(all_types(), path("types-sequence.pt"), _use_new_zipfile_serialization=False)
    torch.save(new_types(), path("new-types-zip.pt"))
    for name in ("views-zip", "views-sequence", "types-zip", "types-sequence", "new-types-zip"):
        expect(name)
    for protocol in (1, 2, 3, 4, 5):
        for zipped in (True, False):
            name = "checkpoint-%d-%s" % (protocol, "zip" if zipped else "sequence")
            torch.save(checkpoint(), path(name + ".pt"), pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
            loaded = torch.load(path(name + ".pt"), weights_only=False)["state_dict"]
            tensors = {key.removeprefix("module."): value for key, value in flat(loaded).items()}
            if protocol == 2 and zipped:
                expect("checkpoint", tensors)
    nested = {"model": {"embedding": {"weight": numbers(6).reshape(2, 3)}, "layers": {"0": {"weight": numbers(4), "bias": numbers(2)}}}, "optim": {"a": numbers(1)}}
    torch.save(nested, path("nested.pt"))
    expect("nested", flat(nested["model"]))


def training():
    """What training leaves beside a model: numpy's numbers, dates, a class of Lightning's as a key, the states of generators."""
    for name in ("pytorch_lightning", "pytorch_lightning.callbacks", "pytorch_lightning.callbacks.model_checkpoint"):
        sys.modules[name] = types.ModuleType(name)
    callback = type("ModelCheckpoint", (), {"__module__": name})
    sys.modules[name].ModelCheckpoint = callback
    made = {
        "args": argparse.Namespace(lr=1e-3, betas=[0.9, 0.999]),
        "generators": (numpy.random.RandomState(1).get_state(), random.Random(1).getstate()),
        "best": numpy.float64(0.5),
        "history": numpy.arange(4.0),
        "types": [numpy.dtype("float32"), torch.strided],
        "losses": collections.defaultdict(list, {"train": [1.0]}),
        "last": collections.deque([1, 2], maxlen=3),
        "folder": pathlib.PurePosixPath("runs/1"),
        "begun": datetime.datetime(2023, 3, 1, tzinfo=datetime.timezone.utc),
        "callbacks": {callback: {"best_model_score": torch.tensor(1.5)}},
        "rng": torch.arange(16, dtype=torch.uint8),
        "loss": torch.tensor(0.25),
        "model_state_dict": {"weight": numbers(6).reshape(2, 3), "steps": torch.tensor(3), "note": numpy.float32(2)},
    }
    for protocol in (1, 2, 4, 5):
        name = "training-%d" % protocol
        torch.save(made, path(name + ".pt"), pickle_protocol=protocol, _use_new_zipfile_serialization=protocol != 1)
        assert torch.load(path(name + ".pt"), weights_only=False)["best"] == 0.5
    expect("training", flat(made["model_state_dict"]))


def repack():
    """The same entries deflated, with numbers of the other byte order, and with a ZIP64 directory for every entry."""
    source = zipfile.ZipFile(path("types-zip.pt"))
    with zipfile.ZipFile(path("types-deflated.pt"), "w", zipfile.ZIP_DEFLATED) as out:
        for info in source.infolist():
            out.writestr(zipfile.ZipInfo(info.filename), source.read(info), zipfile.ZIP_DEFLATED)
    expect("types-deflated")
    loaded = torch.load(path("types-zip.pt"))
    with zipfile.ZipFile(path("types-big.pt"), "w") as out:
        order = [value.untyped_storage() for value in loaded.values()]
        sizes = [value.element_size() for value in loaded.values()]
        for info in source.infolist():
            data = source.read(info)
            kind, _, key = info.filename.rpartition("/")
            if kind.endswith("/data"):
                width = sizes[int(key)]
                assert len(data) == len(order[int(key)])
                data = b"".join(data[at : at + width][::-1] for at in range(0, len(data), width))
            elif key == "byteorder":
                data = b"big"
            out.writestr(zipfile.ZipInfo(info.filename), data)
    expect("types-big")
    zip64(source, path("types-zip64.pt"))
    expect("types-zip64", {key: value.contiguous() for key, value in loaded.items()})


def zip64(source, name):
    """Every size and offset in ZIP64 fields. zipfile reads it, torch's own reader wants the sizes of local headers."""
    out, directory = io.BytesIO(), b""
    for info in source.infolist():
        data, at, file = source.read(info), out.tell(), info.filename.encode()
        wide = struct.pack("<HHQQ", 1, 16, len(data), len(data))
        out.write(struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 0, info.CRC, 0xFFFFFFFF, 0xFFFFFFFF, len(file), len(wide)) + file + wide + data)
        wide = struct.pack("<HHI", 0x9999, 4, 0) + struct.pack("<HHQQQ", 1, 24, len(data), len(data), at)
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 0, info.CRC, 0xFFFFFFFF, 0xFFFFFFFF, len(file), len(wide), 0, 0, 0, 0, 0xFFFFFFFF) + file + wide
    start, count = out.tell(), len(source.infolist())
    out.write(directory)
    end = out.tell()
    out.write(struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), start))
    out.write(struct.pack("<IIQI", 0x07064B50, 0, end, 1))
    out.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 7) + b"comment")
    open(name, "wb").write(out.getvalue())
    check = zipfile.ZipFile(name)
    assert check.testzip() is None and len(check.infolist()) == count


class Pickler(pickle.Pickler):
    """Writes what is in `ids` as a persistent id."""

    ids = {}

    def persistent_id(self, value):
        return self.ids.get(id(value))


def sequence_with_parts():
    """Storages that are parts of others, as torch 0.4 wrote them."""
    whole = numbers(20)
    first, second = whole[:12].clone(), whole[4:].clone()
    out = io.BytesIO()
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}):
        pickle.dump(value, out, protocol=2)
    pickler = Pickler(out, protocol=2)
    a, b = first.storage(), second.storage()
    kind = torch.FloatStorage
    pickler.ids = {id(a): ("storage", kind, "1", "cpu", 20, ("11", 0, 12)), id(b): ("storage", kind, "1", "cpu", 20, ("12", 4, 16))}
    rebuild = torch._utils._rebuild_tensor

    class Tensor:
        def __init__(self, *args):
            self.args = args

        def __reduce__(self):
            return rebuild, self.args

    pickler.dump(collections.OrderedDict(first=Tensor(a, 0, (3, 4), (4, 1)), second=Tensor(b, 1, (5, 3), (1, 5))))
    pickle.dump(["1"], out, protocol=2)
    out.write(struct.pack("<q", 20) + whole.numpy().tobytes())
    open(path("parts-sequence.pt"), "wb").write(out.getvalue())
    expect("parts-sequence")


def tar():
    """The container before 0.1.10: two tensors share a storage, one of them through a part of it."""
    out = tarfile.open(path("tensors-tar.pt"), "w:", format=tarfile.PAX_FORMAT)

    def add(name, data):
        info = tarfile.TarInfo(name)
        info.size = len(data)
        out.addfile(info, io.BytesIO(data))

    def dump(*values):
        return b"".join(pickle.dumps(value, protocol=2) for value in values)

    base, half = numbers(24), numbers(6, torch.float16)
    storages = dump(2)
    storages += dump((11, "cpu", torch.FloatStorage)) + struct.pack("<q", 24) + base.numpy().tobytes()
    storages += dump((12, "cpu", torch.HalfStorage)) + struct.pack("<q", 6) + half.numpy().tobytes()
    storages += dump([(13, 11, 4, 12)])

    def tensor(key, storage, kind, size, stride, offset):
        rank = len(size)
        return dump((key, storage, kind)) + struct.pack("<ii%dq%dqq" % (rank, rank), rank, 0, *size, *stride, offset)

    tensors = dump(4)
    tensors += tensor(101, 11, torch.FloatTensor, (4, 6), (6, 1), 0)
    tensors += tensor(102, 11, torch.FloatTensor, (6, 4), (1, 6), 0)
    tensors += tensor(103, 13, torch.FloatTensor, (2, 5), (5, 1), 2)
    tensors += tensor(104, 12, torch.cuda.HalfTensor, (6,), (1,), 0)
    holders = {key: type("T", (), {})() for key in (101, 102, 103, 104)}
    body = io.BytesIO()
    pickler = Pickler(body, protocol=2)
    pickler.ids = {id(value): str(key) for key, value in holders.items()}
    pickler.dump(collections.OrderedDict(zip(("whole", "transposed", "part", "half"), holders.values())))
    add("sys_info", dump({"protocol_version": 1000}))
    add("pickle", body.getvalue())
    add("tensors", tensors)
    add("storages", storages)
    out.close()
    expect("tensors-tar")


def plain():
    """Values without tensors, in every protocol."""
    inner = ["ü€😀", "a\nb\\u0041", -1, 255, 65536, -(2**31), 2**70, -(2**70), 1.5, float("-inf"), True, False, None, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]
    value = collections.OrderedDict(a=inner, b={"x": inner, "y": [], "z": {}})
    value["self"] = value
    for protocol in range(6):
        open(path("plain-%d.pickle" % protocol), "wb").write(pickle.dumps(value, protocol=protocol))


def main():
    torch.manual_seed(1)
    os.makedirs(FOLDER, exist_ok=True)
    save_containers()
    training()
    repack()
    sequence_with_parts()
    tar()
    plain()


main()
