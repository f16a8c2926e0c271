package dev.quern.verifier.blame;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which tensors are put back together.
public enum Grouping {
  /// Each by itself.
  TENSOR,
  /// All of a layer; what belongs to no layer by itself.
  LAYER,
  /// All of one kind in all layers, such as `ffn_down`.
  KIND;

  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d+)\\.(.+)");
  private static final Pattern SUFFIX = Pattern.compile("\\.(weight|bias)$");

  /// The group of the tensor called `name`.
  String groupOf(String name) {
    Matcher block = BLOCK.matcher(name);
    if (this == TENSOR || !block.matches()) {
      return name;
    }
    return this == LAYER
        ? "blk." + block.group(1)
        : SUFFIX.matcher(block.group(2)).replaceFirst("");
  }

  /// A regular expression for `--tensor-type` that finds the tensors of `group` and no others.
  String pattern(String group) {
    String quoted = group.replace(".", "\\.");
    boolean whole = SUFFIX.matcher(group).find();
    return switch (this) {
      case TENSOR -> "^" + quoted + "$";
      case LAYER -> whole ? "^" + quoted + "$" : "^" + quoted + "\\.";
      case KIND -> whole ? "^" + quoted + "$" : "\\." + quoted + "\\.";
    };
  }
}
