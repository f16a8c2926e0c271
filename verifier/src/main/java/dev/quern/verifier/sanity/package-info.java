/// Whether a model's file makes sense in itself: no text is read, nothing is compared but what lies
/// in the file and, if it is there, in its source.
@NullMarked
package dev.quern.verifier.sanity;

import org.jspecify.annotations.NullMarked;
