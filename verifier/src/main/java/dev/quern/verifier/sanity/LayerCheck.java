package dev.quern.verifier.sanity;

import dev.quern.formats.Metadata;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether the layers that the metadata promises are there.
final class LayerCheck {
  private static final String CHECK = "layout";
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\..*");

  private LayerCheck() {}

  static List<Finding> findings(ModelView model) {
    Metadata metadata = Metadata.of(model);
    String key = metadata.optionalText("general.architecture").orElse("") + ".block_count";
    OptionalLong promised =
        metadata.has(key) ? metadata.optionalInteger(key) : OptionalLong.empty();
    if (promised.isEmpty()) {
      return List.of();
    }
    BitSet found = new BitSet();
    for (TensorInfo info : model.tensors()) {
      Matcher matcher = BLOCK.matcher(info.name());
      if (matcher.matches()) {
        found.set(Integer.parseInt(matcher.group(1)));
      }
    }
    long wanted = promised.getAsLong();
    if (found.length() != wanted || found.cardinality() != wanted) {
      return List.of(
          Finding.fault(
              CHECK,
              "%s is %d, and tensors of %d layers are there, the last of layer %d"
                  .formatted(key, wanted, found.cardinality(), found.length() - 1)));
    }
    return List.of();
  }
}
