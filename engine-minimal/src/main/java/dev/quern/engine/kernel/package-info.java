/// Loops over floats and blocks of weights, with vector instructions. Nothing here knows models,
/// files or threads, and nothing allocates.
///
/// No method takes or returns a vector: in a method with many vector operations the compiler stops
/// inlining helpers, and a vector that crosses a call is then a heap object. For the same reason
/// arithmetic on integers has one width in the whole process: what comes out of a conversion has no
/// known class while code is compiled, and if profiles have seen two widths, both are inlined until
/// the budget is gone. So shorts, ints and floats are added and multiplied in the widest vectors
/// only; narrower ones are loaded and converted at once. Each read of a segment is dear in that
/// budget too, scalar ones included, so the head of a block is read as longs. A test asserts that a
/// token allocates nothing after every type has run.
///
/// Weights meet activations in three layouts. `Rows`: as in the file, lanes are columns, a row ends
/// in a sum over lanes. `Groups`: rows in lanes ([Interleaving]), no such sum; single tokens
/// against repacked weights, and the decoding of tiles. [Tile], [Block] and `Nibble`: tokens in
/// lanes. Which one a matrix takes is decided when it is loaded, by type and by the vectors of the
/// machine.
///
/// A kernel must also be small enough for the first compiler: where that runs out of registers, the
/// second is never asked, and the method stays a thousand times too slow. The unrolled tiles are
/// written by `TileSources` among the tests.
@NullMarked
package dev.quern.engine.kernel;

import org.jspecify.annotations.NullMarked;
