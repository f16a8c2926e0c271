/// What a file or folder with a model is.
///
/// | it is | if |
/// |---|---|
/// | Mistral's folder | it has `params.json` and `consolidated*.safetensors`, and no weights of Hugging Face's; or `consolidated.00.pth` and a `params.json` with `hidden_dim` |
/// | Meta's folder | it has `params.json`, `consolidated.00.pth` and no `config.json` |
/// | a folder of Hugging Face's | it is any other folder |
/// | a GGUF | it begins with `GGUF`, or its name ends in `.gguf` |
/// | GGML before GGUF, llama2.c | it begins as such a file |
/// | one file of weights | its name ends in `.safetensors`, `.bin`, `.pt`, `.pth` or `.ckpt`, or it begins as one of Flax's |
/// | its folder | its name ends in `.json` |
@NullMarked
package dev.quern.formats.container;

import org.jspecify.annotations.NullMarked;
