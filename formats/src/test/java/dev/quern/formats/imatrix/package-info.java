@NullMarked
package dev.quern.formats.imatrix;

import org.jspecify.annotations.NullMarked;
