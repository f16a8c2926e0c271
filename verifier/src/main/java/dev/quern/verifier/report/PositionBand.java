package dev.quern.verifier.report;

/// Losses at neighbouring positions of all pieces: divergence from the base in nats, or surprise
/// without one.
///
/// @param from first position in a piece
/// @param to end of the positions
/// @param positions scored ones, in all pieces
/// @param mean of the loss
/// @param p10 10 % are below, within 6 %, as the other quantiles
/// @param p25 a quarter is below
/// @param p50 half is below
/// @param p75 three quarters are below
/// @param p90 90 % are below
public record PositionBand(
    int from,
    int to,
    long positions,
    double mean,
    double p10,
    double p25,
    double p50,
    double p75,
    double p90) {}
