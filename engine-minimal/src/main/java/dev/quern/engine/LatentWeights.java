package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// The weights of an attention that makes keys and values from one short vector.
///
/// @param down two matrices: what queries are made from, or the queries; the short vector and the
///   turned part of keys
/// @param queryNorm the normalization of what queries are made from, if they are not made from the
///   input
/// @param query one matrix that makes queries, or none
/// @param norm the normalization of the short vector
/// @param intoKeys takes the plain part of a query to the short vector, one matrix for each head
/// @param fromValues takes what a head has seen back, one matrix for each head
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record LatentWeights(
    Matrix[] down,
    @Nullable NormWeights queryNorm,
    Matrix[] query,
    NormWeights norm,
    Matrix[] intoKeys,
    Matrix[] fromValues) {}
