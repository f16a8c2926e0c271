@NullMarked
package dev.quern.formats;

import org.jspecify.annotations.NullMarked;
