package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// The weights of an attention part.
///
/// @param norm the normalization before it, if there is one
/// @param queryKeyValue three matrices, which may be parts of one tensor; none if there are latent
///   weights
/// @param latent what makes queries, keys and values by way of short vectors
/// @param queryNorm the normalization of queries, if there is one
/// @param keyNorm the normalization of keys, if there is one
/// @param sinks for each head the score of a place that holds nothing, if the model has them
/// @param output one matrix
/// @param postNorm the normalization of what is added, if there is one
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record AttentionWeights(
    @Nullable NormWeights norm,
    Matrix[] queryKeyValue,
    @Nullable LatentWeights latent,
    @Nullable NormWeights queryNorm,
    @Nullable NormWeights keyNorm,
    float @Nullable [] sinks,
    Matrix[] output,
    @Nullable NormWeights postNorm) {}
