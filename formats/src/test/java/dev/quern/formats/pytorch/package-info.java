@NullMarked
package dev.quern.formats.pytorch;

import org.jspecify.annotations.NullMarked;
