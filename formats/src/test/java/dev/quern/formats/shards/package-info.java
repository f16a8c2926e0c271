@NullMarked
package dev.quern.formats.shards;

import org.jspecify.annotations.NullMarked;
