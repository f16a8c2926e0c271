/// Loops over floats and blocks of weights, with vector instructions. Nothing here knows models,
/// files or threads, and nothing allocates.
///
/// No method takes or returns a vector: in a method with many vector operations the compiler stops
/// inlining helpers, and a vector that crosses a call is then a heap object.
@NullMarked
package dev.quern.engine.kernel;

import org.jspecify.annotations.NullMarked;
