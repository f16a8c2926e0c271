@NullMarked
package dev.quern.formats.ggml;

import org.jspecify.annotations.NullMarked;
