package dev.quern.quantizers.recipe;

import java.util.*;

/// stub.
public final class TensorOrder {
  private TensorOrder() {}

  /// s.
  public static final Comparator<String> BY_BLOCK =
      Comparator.comparingInt(
              (String s) ->
                  s.startsWith("blk.")
                      ? Integer.parseInt(s.substring(4, s.indexOf((char) 46, 4)))
                      : -1)
          .thenComparing(Comparator.naturalOrder());
}
