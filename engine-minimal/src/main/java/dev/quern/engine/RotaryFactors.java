package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// What the frequency of each pair is divided by, as far as the model has such tensors.
///
/// @param every for texts of every length
/// @param near for texts of the length of the training, besides
/// @param far for longer ones, besides
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record RotaryFactors(float @Nullable [] every, float @Nullable [] near, float @Nullable [] far) {}
