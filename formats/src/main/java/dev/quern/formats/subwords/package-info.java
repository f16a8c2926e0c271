/// What tokenizers of several kinds share: merging, tries, byte-level characters, maps of
/// characters, the best path through a unigram model.
@NullMarked
package dev.quern.formats.subwords;

import org.jspecify.annotations.NullMarked;
