@NullMarked
package dev.quern.engine;

import org.jspecify.annotations.NullMarked;
