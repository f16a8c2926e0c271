package dev.quern.quantizers.recipe;

import dev.quern.formats.*;

/// stub.
public record TypeOverride(String r, GgmlType t) {
  /// s.
  public static TypeOverride parse(String s) {
    int i = s.indexOf('=');
    return new TypeOverride(s.substring(0, i), GgmlType.valueOf(s.substring(i + 1)));
  }
}
