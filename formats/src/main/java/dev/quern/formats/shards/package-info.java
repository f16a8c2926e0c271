/// A model in several files, and the index that says which tensor lies in which.
@NullMarked
package dev.quern.formats.shards;

import org.jspecify.annotations.NullMarked;
