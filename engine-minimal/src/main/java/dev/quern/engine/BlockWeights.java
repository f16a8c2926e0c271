package dev.quern.engine;

import java.util.List;

/// The weights of one block. Matrices that share an input are in one array.
///
/// @param attentionNorm weights of the norm before attention
/// @param queryKeyValue three matrices
/// @param attentionOutput one matrix
/// @param feedForwardNorm weights of the norm before the feed-forward part
/// @param gateUp two matrices
/// @param down one matrix
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record BlockWeights(
    float[] attentionNorm,
    Matrix[] queryKeyValue,
    Matrix[] attentionOutput,
    float[] feedForwardNorm,
    Matrix[] gateUp,
    Matrix[] down) {
  /// Every matrix.
  List<Matrix[]> all() {
    return List.of(queryKeyValue, attentionOutput, gateUp, down);
  }
}
