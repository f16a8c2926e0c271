"""Writes weights with Flax's own functions: python3 make_flax_library_goldens.py FOLDER

flax.msgpack is flax.serialization.to_bytes of a training state, with arrays above 64 bytes in chunks (Flax's own limit is
2^30); flax-stream has the same weights as EasyLM's checkpointer packs them, flax.safetensors what
flax.serialization.from_bytes reads in the former. Run with flax 0.12.8, jax 0.10.2, msgpack 1.2, safetensors 0.8.
"""
import sys
from pathlib import Path

import jax.numpy as jnp
import msgpack
import numpy
from flax import serialization
from flax.traverse_util import flatten_dict
from safetensors.flax import save_file

serialization.MAX_CHUNK_SIZE = 64


def state():
    random = numpy.random.RandomState(5)
    weights = {
        "matrix": {"kernel": jnp.asarray(random.randn(7, 9), jnp.float32)},
        "brain": jnp.asarray(random.randn(5, 11), jnp.bfloat16),
        "cube": jnp.asarray(random.randn(2, 3, 13), jnp.float16),
        "exact": jnp.arange(32, dtype=jnp.uint16),
        "counts": jnp.arange(5, dtype=jnp.int32),
        "mask": jnp.asarray([True, False, True]),
        "bytes": jnp.arange(65, dtype=jnp.uint8),
        "scalar": jnp.float32(2.5),
    }
    return {"step": 7, "params": {"params": weights}, "opt_state": {"count": jnp.zeros((40,), jnp.float32)}}


def main():
    folder = Path(sys.argv[1])
    packed = serialization.to_bytes(state())
    (folder / "flax.msgpack").write_bytes(packed)
    packer = msgpack.Packer()
    with open(folder / "flax-stream", "wb") as out:
        for key, value in flatten_dict(serialization.to_state_dict(state())).items():
            out.write(packer.pack((key, serialization.to_bytes(value))))
    weights = flatten_dict(serialization.msgpack_restore(packed)["params"]["params"], sep=".")
    save_file({name: jnp.atleast_1d(value) for name, value in weights.items()}, folder / "flax.safetensors")


if __name__ == "__main__":
    main()
