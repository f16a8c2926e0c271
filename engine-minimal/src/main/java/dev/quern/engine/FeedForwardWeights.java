package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// The weights of a feed-forward part.
///
/// @param norm the normalization before it, if there is one of its own
/// @param gateUp two matrices, which may be parts of one tensor; one if there is no gate; none if
///   all is left to experts
/// @param down one matrix, or none
/// @param experts a mixture, beside which the matrices above are what every position uses
/// @param postNorm the normalization of what is added, if there is one
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record FeedForwardWeights(
    @Nullable NormWeights norm,
    Matrix[] gateUp,
    Matrix[] down,
    @Nullable ExpertWeights experts,
    @Nullable NormWeights postNorm) {}
