/// The tokenizers of published checkpoints at work, as the libraries that they were made with would
/// run them: the judges of what a GGUF does with the same text.
///
/// [SourceTokenizers#open] finds the tokenizer of a folder. A `tokenizer.json` is a pipeline: added
/// tokens are cut out, the rest is normalized, cut into words (pre-tokenized), each word is written
/// by the model, and the post-processor puts special tokens around. [TokenizerCheck] compares.
@NullMarked
package dev.quern.formats.tokenizer.source;

import org.jspecify.annotations.NullMarked;
