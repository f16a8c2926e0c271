/// PyTorch's own files: `.bin`, `.pt`, `.pth`, `.ckpt`.
///
/// Three containers, told apart by their first bytes, hold the same two things: a pickle that
/// describes objects, and the bytes of the storages that its tensors look into.
///
/// | container | since | content |
/// |---|---|---|
/// | zip | 1.6 | one folder of any name: `data.pkl`, `data/KEY` for every storage, `byteorder` (`little`, the default, or `big`), records that are not needed |
/// | sequence | 0.1.10 | pickles one after another: a magic number, the protocol 1001, facts of the machine, the objects, the keys of the storages; then for each key the number of its elements (8 bytes) and its bytes, little-endian |
/// | tar | before | `storages`: their number, for each a pickle of `(key, place, type)`, the number of its elements and its bytes, then a pickle of the views; `tensors`: their number, for each a pickle of `(key, storage, type)`, then 4 bytes of rank, 4 without meaning, extents, strides and offset of 8 bytes; `pickle`: the objects, which name tensors by key |
///
/// A pickle is a program for a stack machine that can call anything that Python can import. Here it
/// runs on a [PickleMachine] that has the opcodes but no way out: [PickleGlobals] is the whole list
/// of names that a pickle may use, none of them is imported or called, and each stands for a record
/// that is made here. Everything else is refused with opcode, name and byte. Memory is bounded by a
/// budget, time by the length of the pickle: no opcode does more than its own bytes, or what lies
/// on the stack since the last mark, allow.
///
/// A tensor is a view: a storage, an offset, extents and strides, counted in elements. Views that
/// are contiguous are used where they lie in the mapped file; others are gathered row by row when
/// they are read. Entries of a zip are mapped where they are stored, and inflated onto the heap,
/// within the budget, where they are deflated.
@NullMarked
package dev.quern.formats.pytorch;

import org.jspecify.annotations.NullMarked;
