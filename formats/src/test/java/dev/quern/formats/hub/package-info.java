@NullMarked
package dev.quern.formats.hub;

import org.jspecify.annotations.NullMarked;
