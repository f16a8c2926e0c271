@NullMarked
package dev.quern.formats.gguf;

import org.jspecify.annotations.NullMarked;
