/// What a model is called, who made it and from what: the `general.*` metadata of a GGUF, gathered
/// from the folder of a checkpoint.
///
/// | source                         | gives                                                        |
/// |--------------------------------|--------------------------------------------------------------|
/// | front matter of `README.md`    | names, licence, base models, datasets, tags, languages       |
/// | `_name_or_path` of `config.json` | name, organization, basename, finetune, version, size label |
/// | name of the folder             | the same, where the others are silent                        |
/// | `generation_config.json`       | sampling defaults                                            |
/// | shapes of the tensors          | size label, if nothing else gives one                        |
///
/// All of it is decoration: whatever is wrong with these files becomes a warning, never an error.
/// Keys, order and values are those of llama.cpp 0.7.0 (`gguf-py/gguf/metadata.py`), where that
/// does not fail.
@NullMarked
package dev.quern.formats.modelcard;

import org.jspecify.annotations.NullMarked;
