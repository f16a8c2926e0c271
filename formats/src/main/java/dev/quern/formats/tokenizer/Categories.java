package dev.quern.formats.tokenizer;

import java.util.LinkedHashMap;
import java.util.Map;

/// Unicode general categories as bits, numbered as [Character#getType] numbers them.
final class Categories {
  private static final Map<String, Integer> MASKS = masks();

  /// What `\w` matches: letters, marks, numbers and connecting punctuation.
  static final int WORD = mask("L") | mask("M") | mask("N") | mask("Pc");

  private Categories() {}

  /// The bits of `name`, such as `Lu`, or of all that begin with it, such as `L`; 0 for no such
  /// category.
  static int mask(String name) {
    int mask = 0;
    for (Map.Entry<String, Integer> entry : MASKS.entrySet()) {
      if (entry.getKey().equals(name)
          || (name.length() == 1 && entry.getKey().charAt(0) == name.charAt(0))) {
        mask |= entry.getValue();
      }
    }
    return mask;
  }

  private static Map<String, Integer> masks() {
    String names = "CnLuLlLtLmLoMnMeMcNdNlNoZsZlZpCcCf--CoCsPdPsPePcPoSmScSkSoPiPf";
    Map<String, Integer> masks = new LinkedHashMap<>();
    for (int type = 0; type < names.length() / 2; type++) {
      masks.put(names.substring(2 * type, 2 * type + 2), 1 << type);
    }
    masks.remove("--");
    return masks;
  }
}
