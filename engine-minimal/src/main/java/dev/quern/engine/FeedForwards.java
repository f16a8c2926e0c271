package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.Experts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The feed-forward parts of all blocks: blocks that compute alike share one.
final class FeedForwards {
  private final Map<Dense, FeedForwardPart> dense = new HashMap<>();
  private final Map<Experts, ExpertsPart> experts = new HashMap<>();
  private final FeedForwardPart[] denseOfLayers;
  private final ExpertsPart[] expertsOfLayers;

  /// @param out where mixtures of experts leave their results
  FeedForwards(Workers workers, Product product, List<BlockTraits> blocks, Batch out) {
    this.denseOfLayers = new FeedForwardPart[blocks.size()];
    this.expertsOfLayers = new ExpertsPart[blocks.size()];
    for (int i = 0; i < blocks.size(); i++) {
      switch (blocks.get(i).feedForward()) {
        case Dense part ->
            denseOfLayers[i] =
                dense.computeIfAbsent(part, one -> new FeedForwardPart(workers, product, one));
        case Experts part ->
            expertsOfLayers[i] =
                experts.computeIfAbsent(part, one -> new ExpertsPart(workers, product, one, out));
      }
    }
  }

  void reserve(int count) {
    for (FeedForwardPart part : denseOfLayers) {
      if (part != null) {
        part.reserve(count);
      }
    }
    for (ExpertsPart part : expertsOfLayers) {
      if (part != null) {
        part.reserve(count);
      }
    }
  }

  /// That of a block without experts.
  FeedForwardPart dense(int layer) {
    return denseOfLayers[layer];
  }

  /// That of a block with experts.
  ExpertsPart experts(int layer) {
    return expertsOfLayers[layer];
  }
}
