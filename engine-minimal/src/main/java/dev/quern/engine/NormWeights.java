package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// What a normalization multiplies and adds.
///
/// @param weight factors
/// @param bias summands, if the model has them
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record NormWeights(float[] weight, float @Nullable [] bias) {}
