@NullMarked
package dev.quern.formats.huggingface;

import org.jspecify.annotations.NullMarked;
