/// Runs a decoder: [LanguageModel] holds the weights where they lie, a [Session] the state of one
/// text, [Sampler] picks the next token.
///
/// A batch of tokens goes through the graph as rows of floats, one token after another. Matrices
/// stay in their file, or are repacked into memory when 8-bit activations meet them ([Repacking]):
/// [Product] walks them in groups of rows, [Attention] walks the cache in blocks of positions, and
/// both hand the arithmetic to `kernel`, the only package here that knows vector instructions.
/// Every output is computed by one thread in one order, so results do not depend on the number of
/// threads.
@NullMarked
package dev.quern.engine;

import org.jspecify.annotations.NullMarked;
