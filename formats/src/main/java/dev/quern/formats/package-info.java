/// What every module speaks of: tensor types and shapes, metadata values, and a model as named
/// tensors.
@NullMarked
package dev.quern.formats;

import org.jspecify.annotations.NullMarked;
