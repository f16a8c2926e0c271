@NullMarked
package dev.quern.engine.kernel;

import org.jspecify.annotations.NullMarked;
