/// Checkpoints that are computed from others when they are read: a base and a published difference,
/// a base and low-rank adapters.
///
/// Each is a [dev.quern.formats.Checkpoint] over another one, in whose names, shapes and types it
/// answers; nothing is written, and nothing is held but what is being read.
@NullMarked
package dev.quern.converter.overlay;

import org.jspecify.annotations.NullMarked;
