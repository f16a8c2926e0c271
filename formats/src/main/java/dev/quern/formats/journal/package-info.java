/// What long work writes down of itself, so that it can go on after an interruption.
@NullMarked
package dev.quern.formats.journal;

import org.jspecify.annotations.NullMarked;
