/// What an architecture's files are called, how they become GGUF, and how its blocks compute.
@NullMarked
package dev.quern.formats.architecture;

import org.jspecify.annotations.NullMarked;
