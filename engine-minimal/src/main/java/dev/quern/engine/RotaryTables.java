package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rotary tables of a model: blocks that turn alike share one.
final class RotaryTables {
  private final RotaryTable[] ofLayers;
  private final List<RotaryTable> all;

  RotaryTables(List<BlockTraits> blocks, RotaryFactors factors) {
    Map<Rotary, RotaryTable> tables = new LinkedHashMap<>();
    this.ofLayers =
        blocks.stream()
            .map(
                block ->
                    tables.computeIfAbsent(
                        block.rotary(), rotary -> new RotaryTable(rotary, factors)))
            .toArray(RotaryTable[]::new);
    this.all = new ArrayList<>(tables.values());
  }

  /// Prepares `tokens` positions from `position` of a text of at most `capacity` tokens.
  void prepare(int position, int tokens, int capacity) {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).prepare(position, tokens, capacity);
    }
  }

  /// The table of block `layer`.
  RotaryTable of(int layer) {
    return ofLayers[layer];
  }
}
