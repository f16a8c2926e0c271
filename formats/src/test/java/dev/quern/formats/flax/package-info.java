@NullMarked
package dev.quern.formats.flax;

import org.jspecify.annotations.NullMarked;
