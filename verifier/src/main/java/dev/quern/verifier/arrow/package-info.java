/// Arrow IPC files: tables of tokens, pieces and tensors, and the cached baseline.
///
/// Only this package knows Apache Arrow, and nothing loads it before a file is written or read.
/// Arrow needs `--add-opens=java.base/java.nio=ALL-UNNAMED` and, to keep the JVM from warning,
/// `--sun-misc-unsafe-memory-access=allow`; `./quern` starts Java with both.
@NullMarked
package dev.quern.verifier.arrow;

import org.jspecify.annotations.NullMarked;
