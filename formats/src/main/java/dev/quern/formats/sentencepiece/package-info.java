/// SentencePiece models, `tokenizer.model`: the file, and how SentencePiece itself cuts text with
/// it.
@NullMarked
package dev.quern.formats.sentencepiece;

import org.jspecify.annotations.NullMarked;
