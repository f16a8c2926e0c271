/// How fast the parts are, measured with JMH.
@NullMarked
package dev.quern.benchmarks;

import org.jspecify.annotations.NullMarked;
