package dev.quern.formats.imatrix;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which block a tensor belongs to, and where the blocks for multi-token prediction begin.
///
/// @param prediction the first block for multi-token prediction; it is compared with none before
record Blocks(int prediction) {
  private static final Pattern NUMBER = Pattern.compile("(?:^|\\.)blk\\.(\\d{1,9})(?=\\.|$)");

  /// The blocks of `matrix`.
  static Blocks of(ImportanceMatrix matrix) {
    int last = -1;
    int first = Integer.MAX_VALUE;
    for (ImportanceEntry entry : matrix.entries()) {
      int block = number(entry.name());
      last = Math.max(last, block);
      if (block >= 0 && entry.name().contains("blk." + block + ".nextn.")) {
        first = Math.min(first, block);
      }
    }
    int layers = matrix.origin().predictionLayers();
    return new Blocks(layers > 0 && last >= 0 ? Math.max(0, last + 1 - layers) : first);
  }

  /// The number of the block of `tensor`, -1 if it is in none.
  static int number(String tensor) {
    Matcher matcher = NUMBER.matcher(tensor);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /// The same tensor in the nearest block before that has it.
  Optional<String> before(String tensor, Set<String> tensors) {
    int block = number(tensor);
    if (block <= 0 || block == prediction) {
      return Optional.empty();
    }
    int first = block > prediction ? prediction : 0;
    for (int earlier = block - 1; earlier >= first; earlier--) {
      String name = tensor.replaceFirst("blk\\." + block, "blk." + earlier);
      if (tensors.contains(name)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }
}
