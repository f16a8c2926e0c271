@NullMarked
package dev.quern.formats.quantized;

import org.jspecify.annotations.NullMarked;
