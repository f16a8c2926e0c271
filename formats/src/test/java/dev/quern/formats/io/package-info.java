@NullMarked
package dev.quern.formats.io;

import org.jspecify.annotations.NullMarked;
