@NullMarked
package dev.quern.verifier.task;

import org.jspecify.annotations.NullMarked;
