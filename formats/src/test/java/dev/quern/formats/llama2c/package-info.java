@NullMarked
package dev.quern.formats.llama2c;

import org.jspecify.annotations.NullMarked;
