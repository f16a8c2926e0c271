package dev.quern.engine;

import java.util.ArrayList;
import java.util.List;

/// The weights of one block. Matrices that share an input are in one array.
///
/// @param attention of the part that looks at other positions
/// @param feedForward of the part that does not
record BlockWeights(AttentionWeights attention, FeedForwardWeights feedForward) {
  /// Every matrix.
  List<Matrix[]> all() {
    List<Matrix[]> all = new ArrayList<>();
    all.add(attention.queryKeyValue());
    all.add(attention.output());
    all.add(feedForward.gateUp());
    all.add(feedForward.down());
    LatentWeights latent = attention.latent();
    if (latent != null) {
      all.add(latent.down());
      all.add(latent.query());
    }
    ExpertWeights experts = feedForward.experts();
    if (experts != null) {
      all.addAll(experts.all());
    }
    return all;
  }
}
