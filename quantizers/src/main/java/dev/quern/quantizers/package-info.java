/// Rows of floats to blocks of a GGML type and back, to the bit as the reference does it.
@NullMarked
package dev.quern.quantizers;

import org.jspecify.annotations.NullMarked;
