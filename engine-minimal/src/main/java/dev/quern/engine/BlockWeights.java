package dev.quern.engine;

import java.util.List;

/// The weights of one block. Matrices that share an input are in one array.
///
/// @param attention of the part that looks at other positions
/// @param feedForward of the part that does not
record BlockWeights(AttentionWeights attention, FeedForwardWeights feedForward) {
  /// Every matrix.
  List<Matrix[]> all() {
    return List.of(
        attention.queryKeyValue(), attention.output(), feedForward.gateUp(), feedForward.down());
  }
}
