@NullMarked
package dev.quern.formats.mistral;

import org.jspecify.annotations.NullMarked;
