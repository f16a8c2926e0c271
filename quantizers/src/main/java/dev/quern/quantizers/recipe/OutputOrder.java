package dev.quern.quantizers.recipe;

import java.util.Comparator;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The order of the tensors in a quantized file: first those of no block, then block by block, by
/// name within each.
public final class OutputOrder {
  /// Compares names of tensors.
  public static final Comparator<String> BY_BLOCK_AND_NAME =
      Comparator.<String>comparingInt(name -> block(name).orElse(-1))
          .thenComparing(Comparator.naturalOrder());

  private static final Pattern BLOCK = Pattern.compile("^blk\\.(\\d{1,9})");

  private OutputOrder() {}

  /// The number in `blk.12.…`, if the name starts so.
  static OptionalInt block(String name) {
    Matcher matcher = BLOCK.matcher(name);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
