/// The files of tokenizers from before, or beside, `tokenizer.json`, told in its words:
/// `vocab.json` with `merges.txt`, `vocab.txt`, `tekken.json`, and tiktoken's ranks.
@NullMarked
package dev.quern.formats.tokenfiles;

import org.jspecify.annotations.NullMarked;
