/// Where a quantized model lost what it lost: parts of it are put back as they are in the source,
/// one after another, and what returns is measured.
@NullMarked
package dev.quern.verifier.blame;

import org.jspecify.annotations.NullMarked;
