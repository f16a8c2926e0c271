@NullMarked
package dev.quern.formats.meta;

import org.jspecify.annotations.NullMarked;
