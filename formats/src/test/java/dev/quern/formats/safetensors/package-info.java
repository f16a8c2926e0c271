@NullMarked
package dev.quern.formats.safetensors;

import org.jspecify.annotations.NullMarked;
