/// Weights that programs of JAX's write with Flax: MessagePack, in one of two forms.
///
/// | form | content |
/// |---|---|
/// | EasyLM's stream (Koala, OpenLLaMA) | pairs, one after another: a list of the parts of a name, and bytes that hold a value |
/// | Flax's file (`flax_model.msgpack`) | a map of maps, the keys of which are the parts of a name |
///
/// An array is the extension 1: a list of extents, the type's name in NumPy, and the numbers,
/// little-endian, the last extent's first. One above 2^30 bytes is a map: a mark, its extents, and
/// arrays of one extent that follow each other. What is no array (a count of steps) is left out.
///
/// [FlaxFile] reads both, with the parts of a name joined by dots; [FlaxLayout] shows a model of
/// Flax's or EasyLM's as Hugging Face would publish it for PyTorch.
@NullMarked
package dev.quern.formats.flax;

import org.jspecify.annotations.NullMarked;
